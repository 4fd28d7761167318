/**
 * What a recorded answer is worth (method §1.3): usable, or unusable with the reasons the model is told. Asked again for
 * answers from the record, so that a stricter rule also holds for what was paid for before.
 */

import type { BlobHash } from '../../domain/ids.ts';
import { canonicalJson, hashText } from '../../domain/ids.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Problem } from '../../domain/prompt/spec.ts';
import { ProviderError } from '../failures.ts';
import type { CallRecord } from './contract.ts';
import { parseOutput } from './parse-output.ts';
import type { PreparedCall } from './prepare-call.ts';

const maxProblemLength = 400;
const maxProblemsLength = 1800;

export type JudgedAnswer =
  | {
      readonly ok: true;
      readonly reply: { readonly hash: BlobHash; readonly text: string };
      readonly summary: JsonObject;
    }
  | { readonly ok: false; readonly rule: string; readonly problems: readonly string[] };

/** The refusal of a provider or model as the failure to throw; undefined for an answer. */
export function refusalOf(record: CallRecord): ProviderError | undefined {
  if (record.finishReason !== 'content_filter' && record.finishReason !== 'refusal') return undefined;
  const said = record.content.slice(0, 200);
  return new ProviderError('ContentFilter', `${record.model} at ${record.endpoint} refused to answer: ${said}`);
}

export function judgeAnswer(call: PreparedCall, record: CallRecord): JudgedAnswer {
  if (record.finishReason === 'length')
    return unusable([invalid(cutOff(record.completionTokens, call.model.maxTokens))]);
  const parsed = parseOutput(record.content, call.prompt.schema);
  if (!parsed.ok) return unusable([invalid(parsed.problem)]);
  const checked = call.prompt.spec.check(parsed.value, call.facts, call.request.params);
  if (!checked.ok) return unusable(checked.problems);
  const text = canonicalJson(checked.value);
  // A BlobHash is by definition the hash of the canonical text.
  return { ok: true, reply: { hash: hashText(text) as BlobHash, text }, summary: checked.summary };
}

/** Fewer tokens than max_tokens: a cap of the endpoint's own, or its context was full. */
function cutOff(tokens: number, maxTokens: number): string {
  const why = tokens < maxTokens ? `, before max_tokens (${maxTokens}) by the endpoint's own limit` : ' (max_tokens)';
  return `the answer was cut off at ${tokens} tokens${why}: answer shorter`;
}

function invalid(detail: string): Problem {
  return { rule: 'schema_invalid', detail };
}

/** Keeps the first problems, together below 2 KB: they travel through history and the next prompt. */
function unusable(problems: readonly Problem[]): JudgedAnswer {
  let room = maxProblemsLength;
  const kept = problems
    .map(({ detail }) => shorten(detail))
    .filter((detail) => {
      room -= Buffer.byteLength(detail);
      return room >= 0;
    });
  return { ok: false, rule: problems[0]?.rule ?? 'schema_invalid', problems: kept };
}

function shorten(detail: string): string {
  return detail.length <= maxProblemLength ? detail : `${detail.slice(0, maxProblemLength)}…`.toWellFormed();
}
