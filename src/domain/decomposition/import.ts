/**
 * Reads decompositions in every shape they come in (method §8.1): replies of our prompt, ASTRA's rows, candidate
 * environments and our own instances. Only the shape is decided here; normalise.ts judges the content.
 */
import type { RawAnswer } from '../answer/schema.ts';
import type { Json } from '../json.ts';
import { AstraRow, Instance, NodesRow } from './schema.ts';

/** One decomposition as it was claimed, in one set of names. */
export interface ClaimedDecomposition {
  readonly question: string;
  /** Absent in candidate environments that name none. */
  readonly answer?: RawAnswer | undefined;
  readonly scenario?: string | undefined;
  readonly language?: string | undefined;
  readonly domain?: string | undefined;
  /** Id of the row in its file. */
  readonly sourceId?: string | undefined;
  readonly nodes: readonly ClaimedNode[];
  /** Fields that are none of ours. */
  readonly provenance: Provenance;
}

type Provenance = Instance['source']['provenance'];

export interface ClaimedNode {
  readonly id: number | string;
  readonly subQuestion: string;
  readonly answer: RawAnswer;
  readonly dependencies: readonly (number | string)[];
  readonly hopLevel?: number | undefined;
  readonly isParallel?: boolean | undefined;
}

export type ReadDecomposition =
  | { readonly ok: true; readonly claimed: ClaimedDecomposition }
  | { readonly ok: false; readonly detail: string };

/** Recognises the shape by its fields; says what is wrong and where when a row fits none. */
export function readDecomposition(row: Json): ReadDecomposition {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) {
    return {
      ok: false,
      detail: `expected an object with "question" and "nodes", got ${JSON.stringify(row).slice(0, 80)}`,
    };
  }
  if ('schemaVersion' in row) return readInstance(row);
  return 'decomposition_trace' in row || 'main_question' in row ? readAstra(row) : readNodes(row);
}

function readAstra(row: Json): ReadDecomposition {
  const parsed = AstraRow.safeParse(row);
  if (!parsed.success) return misfit(parsed.error.issues);
  const { uuid, main_question, final_answer, decomposition_trace, scenario_type, _metadata, ...rest } = parsed.data;
  return {
    ok: true,
    claimed: {
      question: main_question,
      answer: final_answer,
      scenario: scenario_type ?? undefined,
      language: _metadata?.language,
      domain: _metadata?.domain,
      sourceId: uuid === undefined ? undefined : String(uuid),
      nodes: decomposition_trace.map((node) => ({
        id: node._uuid,
        subQuestion: node.sub_question,
        answer: node.sub_answer,
        dependencies: node.dependency ?? [],
        hopLevel: node.hop_level ?? undefined,
        isParallel: node.is_parallel ?? undefined,
      })),
      provenance: jsonFields({ ...rest, ...(_metadata ? { _metadata } : {}) }),
    },
  };
}

function readNodes(row: Json): ReadDecomposition {
  const parsed = NodesRow.safeParse(row);
  if (!parsed.success) return misfit(parsed.error.issues);
  const { id, question, answer, scenario, language, domain, nodes, ...rest } = parsed.data;
  return {
    ok: true,
    claimed: {
      question,
      answer,
      scenario: scenario ?? undefined,
      language,
      domain,
      sourceId: id === undefined ? undefined : String(id),
      nodes: nodes.map((node) => ({
        id: node.id,
        subQuestion: node.sub_question,
        answer: node.answer,
        dependencies: node.dependencies ?? [],
        hopLevel: node.hop_level ?? undefined,
        isParallel: node.is_parallel ?? undefined,
      })),
      provenance: jsonFields(rest),
    },
  };
}

function readInstance(row: Json): ReadDecomposition {
  const parsed = Instance.safeParse(row);
  if (!parsed.success) return misfit(parsed.error.issues);
  const instance = parsed.data;
  return {
    ok: true,
    claimed: {
      question: instance.question,
      answer: rawOf(instance.answer),
      scenario: instance.scenario,
      language: instance.language,
      domain: instance.domain,
      sourceId: instance.source.sourceId ?? instance.id,
      nodes: instance.nodes.map((node) => ({ ...node, answer: rawOf(node.answer) })),
      provenance: jsonFields(instance.source.provenance),
    },
  };
}

/** A gold list is read again from its items: its text may have been joined from them. */
function rawOf(gold: Instance['answer']): RawAnswer {
  return Array.isArray(gold.value) ? gold.value : gold.text;
}

function misfit(issues: readonly { path: PropertyKey[]; message: string }[]): ReadDecomposition {
  const shown = issues
    .slice(0, 4)
    .map((issue) => `at ${issue.path.map(String).join('.') || 'the top level'}: ${issue.message}`);
  return { ok: false, detail: shown.join('; ') };
}

/** The row was JSON before a loose schema read it, so what is left of it still is. */
function jsonFields(fields: Readonly<Record<string, unknown>>): Provenance {
  return fields as Provenance;
}
