/** Stored bodies as typed values (ours): a body that no longer fits its schema is a defect that no retry mends. */
import type { Instance } from '../../domain/decomposition/schema.ts';
import { askedOf, nodeOf } from '../../domain/environment/node-question.ts';
import type { ToolCall, ToolCandidate, ToolDocument } from '../../domain/environment/schema.ts';
import type { BlobHash } from '../../domain/ids.ts';
import { ModelOutputError } from '../failures.ts';
import type { ProofStore } from './contract.ts';

interface Parser<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false; error: { message: string } };
}

/** The body behind a hash, parsed; throws ModelOutputError when it does not fit, Store.* as the store does. */
export async function loadParsed<T>(store: ProofStore, hash: BlobHash, schema: Parser<T>): Promise<T> {
  const parsed = schema.safeParse(await store.loadBody(hash));
  if (parsed.success) return parsed.data;
  throw new ModelOutputError(`the stored body ${hash} does not fit its schema: ${parsed.error.message.slice(0, 300)}`);
}

/** A node's candidate with the question and the pairs it rests on. */
export function candidateOf(
  instance: Instance,
  nodeId: number,
  parts: { readonly draft?: ToolDocument | undefined; document: ToolDocument; call: ToolCall; code: string },
): ToolCandidate {
  const { question, known } = askedOf(instance, nodeId);
  const { draft, ...rest } = parts;
  return {
    nodeId,
    question,
    known: known.map((pair) => ({ ...pair })),
    gold: nodeOf(instance, nodeId).answer,
    ...rest,
    ...(draft === undefined ? {} : { draft }),
  };
}
