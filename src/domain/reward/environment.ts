/**
 * What an environment asks of a policy (paper §3.3; method §10.2): its tools by name, each with the gold answers it has
 * to give. Nodes without a tool earn nothing. A row that cannot be scored honestly is refused, never scored at a guess.
 */
import { typeAnswer } from '../answer/gold.ts';
import type { GoldAnswer } from '../answer/schema.ts';
import type { Comparison } from '../environment/call-rules.ts';
import type { ClaimedTool, ImportedEnvironment } from '../environment/import.ts';

export interface RewardTool {
  readonly name: string;
  readonly code: string;
  /** Empty for a tool that no sub-question uses. */
  readonly golds: readonly GoldAnswer[];
}

export interface RewardEnvironment {
  readonly id: string;
  readonly tools: ReadonlyMap<string, RewardTool>;
  /** ASTRA's own tools answer in text that they return or print; ours and candidates answer by value. */
  readonly comparison: Comparison;
}

export type RewardReading =
  | { readonly ok: true; readonly environment: RewardEnvironment }
  | { readonly ok: false; readonly detail: string };

/** Lacks of a row that keep its gold calls from being replayed, not a policy's calls from being executed. */
const harmless = new Set(['replay', 'tools']);

/** The environment for scoring, or why none can be made of the row. */
export function rewardEnvironment(row: ImportedEnvironment): RewardReading {
  const [problem] = row.problems.filter(({ rule, detail }) => !harmless.has(rule) || detail.includes('gold tool'));
  if (problem !== undefined) return { ok: false, detail: `${problem.rule}: ${problem.detail}` };
  const tools = new Map<string, RewardTool>();
  for (const claimed of row.tools) {
    const golds = goldsOf(claimed);
    if (!golds.ok) return golds;
    const { name } = claimed.document;
    const known = tools.get(name);
    if (known !== undefined && known.code !== claimed.code)
      return { ok: false, detail: `unique_names: two different tools have the name ${name}` };
    tools.set(name, { name, code: claimed.code, golds: [...(known?.golds ?? []), ...golds.golds] });
  }
  const comparison = row.shape === 'candidate' ? 'value' : 'value_or_text';
  return { ok: true, environment: { id: row.sourceId, tools, comparison } };
}

type Golds = { readonly ok: true; readonly golds: GoldAnswer[] } | { readonly ok: false; readonly detail: string };

function goldsOf({ answer, place }: ClaimedTool): Golds {
  if (answer === undefined) return { ok: true, golds: [] };
  const typed = typeAnswer(answer);
  return typed.ok
    ? { ok: true, golds: [typed.gold] }
    : { ok: false, detail: `the answer of ${place} cannot be compared: ${typed.rule}: ${typed.detail}` };
}
