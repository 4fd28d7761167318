/** Bad work in place of good. */
import type { Json } from '../../../src/domain/json.ts';
import type { ChatRequest } from '../read-request.ts';
import type { Choice } from '../replies/choice.ts';
import { jsonChoice } from '../replies/choice.ts';
import type { FaultKind } from './fault-kinds.ts';
import {
  CALL_FAULTS,
  CHAIN_FAULTS,
  CODE_FAULTS,
  DECOMPOSE_FAULTS,
  DOCUMENT_FAULTS,
  NECESSITY_FAULTS,
  PLAN_FAULTS,
  REPLY_FAULTS,
  SOURCE_FAULTS,
} from './fault-kinds.ts';
import { isAgentFault, spoilAgent } from './spoil-agent.ts';
import { spoilCall } from './spoil-call.ts';
import { spoilPlan, spoilProposals, spoilSources } from './spoil-chains.ts';
import { spoilCode } from './spoil-code.ts';
import { spoilDecompositions } from './spoil-decompositions.ts';
import { spoilDocument } from './spoil-document.ts';
import { isPlayedFault, spoilEpisodes } from './spoil-episodes.ts';
import { spoilNecessity } from './spoil-necessity.ts';
import { spoilReply } from './spoil-reply.ts';
import { isStatefulFault, spoilStateful } from './spoil-stateful.ts';
import { isTaskFault, spoilTasks } from './spoil-tasks.ts';

/** The choice with this fault; a kind that finds nothing to spoil leaves it as it is. */
export function spoil(kind: FaultKind, request: ChatRequest, choice: Choice): Choice {
  if (isOneOf(REPLY_FAULTS, kind)) return spoilReply(kind, request, choice);
  if (isAgentFault(kind)) return spoilAgent(kind, request, choice);
  if (choice.value === undefined) return choice;
  if (isPlayedFault(kind)) return jsonChoice(spoilEpisodes(kind, request, choice.value));
  const value = isStatefulFault(kind)
    ? spoilStateful(kind, request, choice.value)
    : spoilWork(kind, request, choice.value);
  return jsonChoice(value);
}

function spoilWork(kind: FaultKind, request: ChatRequest, value: Json): Json {
  if (isTaskFault(kind)) return spoilTasks(kind, request, value);
  if (isOneOf(DECOMPOSE_FAULTS, kind)) return spoilDecompositions(kind, request, value);
  if (isOneOf(NECESSITY_FAULTS, kind)) return spoilNecessity(request, value);
  if (isOneOf(DOCUMENT_FAULTS, kind)) return spoilDocument(kind, request, value);
  if (isOneOf(CALL_FAULTS, kind)) return spoilCall(kind, request, value);
  if (isOneOf(CHAIN_FAULTS, kind)) return spoilProposals(kind, value);
  if (isOneOf(SOURCE_FAULTS, kind)) return spoilSources(kind, value);
  if (isOneOf(PLAN_FAULTS, kind)) return spoilPlan(kind, request, value);
  return isOneOf(CODE_FAULTS, kind) ? spoilCode(kind, request, value) : value;
}

function isOneOf<Kind extends FaultKind>(kinds: readonly Kind[], kind: FaultKind): kind is Kind {
  return kinds.some((one) => one === kind);
}
