/** What happened since an agent's last turn, as messages (method §5.1): results of its calls, or the next word of the user. */
import { openCalls, type SeenCall, withResults, withUser } from '../../domain/episode/conversation.ts';
import type { ReadCall, WrittenCall } from '../../domain/episode/read-call.ts';
import type { Conversation } from '../../domain/episode/schema.ts';
import type { TurnResult } from '../../domain/episode/turn-result.ts';
import type { Json } from '../../domain/json.ts';
import { injectedObservation } from '../../domain/tool-call/injected-observation.ts';
import { refusalObservation } from '../../domain/tool-call/refusal.ts';
import { Observation } from '../../domain/tool-call/schema.ts';
import { UserReply } from '../../domain/user-simulation/schema.ts';
import { DomainError } from '../failures.ts';
import type { ConverseRequest } from './converse-contract.ts';
import type { RunInputs } from './run-inputs.ts';

type Since = Pick<ConverseRequest, 'runId' | 'subject' | 'results' | 'said'>;

interface Sources {
  readonly inputs: RunInputs;
  readonly read: (call: WrittenCall) => ReadCall;
}

/** Throws DomainError when the results are not those of the last turn's calls. */
export async function continueConversation(
  conversation: Conversation,
  { runId, subject, results, said }: Since,
  { inputs, read }: Sources,
): Promise<Conversation> {
  const observed = results.flatMap((result) => ('observation' in result ? [[result.callId, result.observation]] : []));
  const hashes = { ...Object.fromEntries(observed), ...(said === null ? {} : { [userFact]: said }) };
  const bodies = await inputs.facts(runId, hashes);
  const calls = new Map(openCalls(conversation).map(({ id, function: written }) => [id, written]));
  const seen = results.map((result): SeenCall => {
    const { callId, state } = result;
    const { text, status } = observationOf(result, { subject, call: calls.get(callId), read, body: bodies[callId] });
    return { text, step: { callId, state, status, ...originOf(result) } };
  });
  const answered = seen.length === 0 ? conversation : appendResults(conversation, seen);
  if (said === null) return answered;
  return withUser(answered, UserReply.parse(bodies[userFact]).message, said);
}

/** No call has this id. */
const userFact = 'user';

interface Place {
  readonly subject: string;
  /** The call as it was written; undefined when the last turn made none of that id, which is refused below. */
  readonly call: WrittenCall | undefined;
  readonly read: Sources['read'];
  readonly body: Json | undefined;
}

function observationOf(result: TurnResult, { subject, call, read, body }: Place): Observation {
  switch (result.kind) {
    case 'observed':
    case 'stale':
      return Observation.parse(body);
    case 'injected':
      return injectedObservation(result.failure, `${subject}/${result.callId}`);
    case 'refused':
      return refusalObservation(result.problem, { tool: call?.name ?? '', detail: detailOf(call, read) });
  }
}

function detailOf(call: WrittenCall | undefined, read: Sources['read']): string {
  const taken = call === undefined ? undefined : read(call);
  return taken === undefined || taken.ok ? '' : taken.details.join('; ');
}

type Origin = Pick<SeenCall['step'], 'source' | 'problem' | 'injected'>;

const noOrigin = { problem: null, injected: null } as const;

function originOf(result: TurnResult): Origin {
  switch (result.kind) {
    case 'observed':
      return { ...noOrigin, source: result.source };
    case 'stale':
      return { ...noOrigin, source: 'failure_plan', injected: 'stale' };
    case 'injected':
      return { ...noOrigin, source: 'failure_plan', injected: result.failure };
    case 'refused':
      return { ...noOrigin, source: 'check', problem: result.problem };
  }
}

function appendResults(conversation: Conversation, seen: readonly SeenCall[]): Conversation {
  try {
    return withResults(conversation, seen);
  } catch (error) {
    if (error instanceof RangeError) throw new DomainError(`Conversation: ${error.message}`, { cause: error });
    throw error;
  }
}
