/**
 * The whole judgement of one variant (method §4.2, §4.4): the rules of questions first, which hold for one that was opened
 * again too, then its scores.
 */
import type { Outcome } from '../run/outcome.ts';
import type { PoolServer } from '../tool-pool/schema.ts';
import { gateTask, type Thresholds } from './gate.ts';
import { questionProblems } from './question-rules.ts';
import type { ScoreReply, TaskVariant, WithoutToolsReply } from './schema.ts';

export interface JudgedVariant {
  readonly server: PoolServer;
  readonly variant: TaskVariant;
  readonly scores: ScoreReply;
  /** Null where the need of tools is not measured. */
  readonly withoutTools: WithoutToolsReply | null;
}

/** Ok, or rejected by the first rule or dimension. */
export function judgeVariant(
  { server, variant, scores, withoutTools }: JudgedVariant,
  thresholds: Thresholds,
): Outcome {
  const [problem] = questionProblems(variant.question, server, variant.targetTools);
  if (problem !== undefined) return { status: 'rejected', rule: problem.rule, detail: problem.detail };
  return gateTask(scores, withoutTools, thresholds);
}
