/** POST /v1/chat/completions: good work, or the fault that the plan has for this request. */
import type { ServerResponse } from 'node:http';
import { completion, completionEvents } from './completion.ts';
import type { TeacherState } from './control.ts';
import type { FaultPlan } from './faults/fault-plan.ts';
import { drawFault } from './faults/fault-plan.ts';
import { spoil } from './faults/spoil.ts';
import { drawAgentFault } from './faults/spoil-agent.ts';
import { failResponse, isTransportFault } from './faults/transport.ts';
import { asInteger } from './json-text.ts';
import type { ChatRequest } from './read-request.ts';
import type { Choice } from './replies/choice.ts';
import { goodChoice } from './replies/choice.ts';

/** Answers one request; the plan is the server's or the one the request names. */
export function answerChat(
  state: TeacherState,
  response: ServerResponse,
  { request, plan }: { request: ChatRequest; plan: FaultPlan },
): void {
  const { body } = request;
  const trace = state.trace(request);
  const fault = drawFault(plan, request, state.seed) ?? drawAgentFault(plan, request, state.seed);
  response.on('finish', () => {
    if (response.statusCode === 200) state.finished(request.hash, trace);
  });
  if (isTransportFault(fault) && trace.asked <= plan.first) {
    const good = fault === 'truncated' ? JSON.stringify(completion(request, choicesFor(request))) : '';
    failResponse(response, { kind: fault, body: good, retryAfter: plan.retryAfter });
    return;
  }
  const choices = choicesFor(request).map((choice) =>
    fault === undefined || isTransportFault(fault) ? choice : spoil(fault, request, choice),
  );
  if (body['stream'] === true) {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    for (const event of completionEvents(request, choices)) response.write(event);
    response.end();
    return;
  }
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(completion(request, choices)));
}

function choicesFor(request: ChatRequest): Choice[] {
  const count = Math.min(Math.max(asInteger(request.body['n']) ?? 1, 1), 64);
  return Array.from({ length: count }, (_, index) => goodChoice(request, index));
}
