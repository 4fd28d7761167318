/** Bad work in place of good. */
import type { ChatRequest } from '../read-request.ts';
import type { Choice } from '../replies/choice.ts';
import type { FaultKind } from './fault-kinds.ts';

/** The choice with this fault; a kind that finds nothing to spoil leaves it as it is. */
export function spoil(kind: FaultKind, request: ChatRequest, choice: Choice): Choice {
  return request.prompt === kind ? choice : choice;
}
