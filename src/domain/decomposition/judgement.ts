/**
 * What becomes of an instance after its judges (method §1.4, §8.2, §8.3): scored, rejected for its structure of needs, or
 * quarantined by the judge that gave no usable reply. There is no path from a missing reply to a score.
 */
import type { Outcome } from '../run/outcome.ts';
import type { Instance, NecessityReply } from './schema.ts';
import type { CheckReplies, InstanceScore } from './scores.ts';
import { checkNames, judgeNecessity, scoreInstance } from './scores.ts';

export interface Judgement {
  /** ok: scored; else rejected:tool_necessity or quarantined:<judge>. */
  readonly outcome: Outcome;
  /** Present when the checks were asked, even when one of them is unresolved. */
  readonly score: InstanceScore | null;
  /** Ids of nodes that get a tool; empty unless the outcome is ok. */
  readonly toolNodes: readonly number[];
}

/** Judges by the validated replies; `null` stands for a judge that gave none, `why` tells the reasons in that case. */
export function judgeInstance(
  instance: Instance,
  replies: { readonly necessity: NecessityReply | null; readonly checks: CheckReplies | null },
  why: readonly string[] = [],
): Judgement {
  if (replies.necessity === null) return quarantined('necessity', why, null);
  const necessity = judgeNecessity(instance, replies.necessity);
  if (!necessity.legal) {
    const outcome: Outcome = { status: 'rejected', rule: necessity.rule, detail: necessity.detail };
    return { outcome, score: null, toolNodes: [] };
  }
  if (replies.checks === null) return quarantined('checks', why, null);
  const score = scoreInstance(instance, replies.checks);
  for (const name of checkNames) {
    const verdict = score.checks[name];
    if (verdict.kind === 'unresolved') return quarantined(name, [verdict.detail, ...why], score);
  }
  return { outcome: { status: 'ok' }, score, toolNodes: necessity.toolNodes };
}

/** `name` is the prompt's below decomposition/, as every judge is named in outcomes. */
function quarantined(name: string, why: readonly string[], score: InstanceScore | null): Judgement {
  const detail = why.join('; ').slice(0, 1000) || 'no usable reply';
  return { outcome: { status: 'quarantined', judge: `decomposition/${name}`, detail }, score, toolNodes: [] };
}
