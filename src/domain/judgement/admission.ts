/**
 * May a conversation be judged at all (method §7.2)? Rules beyond its structure, decided by code before a judge is asked.
 */
import type { Trajectory } from '../trajectory/schema.ts';
import { answeredCalls, answerTurn } from './parts.ts';

export const admissionRules = ['no_final_answer', 'no_tool_call'] as const;
export type AdmissionRule = (typeof admissionRules)[number];

/** The rule that keeps it from being judged, or undefined. */
export function admissionProblem(trajectory: Trajectory): { rule: AdmissionRule; detail: string } | undefined {
  if (answerTurn(trajectory) === -1)
    return { rule: 'no_final_answer', detail: 'the last message is no answer of the assistant' };
  if (trajectory.expects === 'calls' && answeredCalls(trajectory).length === 0)
    return { rule: 'no_tool_call', detail: 'the task wants calls and none was made' };
  return undefined;
}
