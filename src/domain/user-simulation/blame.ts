/**
 * Whose fault it is that an episode went wrong (method §5.4: faults of the simulator are audited apart; ours). Each
 * finding names its party and what shows it; an agent is not blamed for what user, environment or judge did.
 */
import type { CallProblem, Episode } from '../episode/schema.ts';
import { asksSomething, spokenOf } from './spoken.ts';

export type Party = 'agent' | 'user' | 'environment' | 'judge';

export interface Finding {
  readonly party: Party;
  readonly rule:
    | CallProblem
    | 'repeated_call'
    | 'no_answer'
    | 'no_tool_call'
    | 'user_repeats'
    | 'user_ignores'
    | 'tool_failed'
    | 'failure_injected'
    | 'contradicts_record';
  readonly detail: string;
}

export interface Blame {
  /** Who has to answer for it first; null when nothing went wrong. */
  readonly party: Party | null;
  readonly findings: readonly Finding[];
}

/** What a judge said of a call. */
export interface JudgedCall {
  readonly callId: string;
  readonly succeeded: boolean;
}

/** The findings of an episode in the order judge, user, agent, environment: the first of them is blamed. */
export function blameOf(
  episode: Pick<Episode, 'messages' | 'steps' | 'stopReason' | 'plan'>,
  judged: readonly JudgedCall[],
): Blame {
  const findings = [
    ...judgeFindings(episode, judged),
    ...userFindings(episode),
    ...agentFindings(episode),
    ...environmentFindings(episode),
  ];
  return { party: findings[0]?.party ?? null, findings };
}

type Seen = Parameters<typeof blameOf>[0];

/** A result that the record knows as an error is none, whatever a judge says. */
function judgeFindings({ steps }: Seen, judged: readonly JudgedCall[]): Finding[] {
  return toolSteps(steps).flatMap(({ callId, status, name }): Finding[] => {
    const said = judged.find((one) => one.callId === callId);
    return status === 'error' && said?.succeeded === true
      ? [{ party: 'judge', rule: 'contradicts_record', detail: `${callId} (${name}) failed and was judged a success` }]
      : [];
  });
}

/** The same words again, or no answer to a question: the agent cannot go on with that. */
function userFindings({ messages, stopReason }: Seen): Finding[] {
  const spoken = spokenOf({ messages });
  const said = spoken.filter(({ role }) => role === 'user').map(({ text }) => text);
  const again = said.find((text, at) => said.indexOf(text) !== at);
  const last = spoken.at(-1);
  const left = stopReason === 'user_end' && last?.role === 'agent' && asksSomething(last.text);
  return [
    ...(again === undefined ? [] : [finding('user', 'user_repeats', `says twice: "${again.slice(0, 80)}"`)]),
    ...(left ? [finding('user', 'user_ignores', 'ends the conversation while the assistant asks something')] : []),
  ];
}

function agentFindings({ messages, steps, stopReason, plan }: Seen): Finding[] {
  const made = toolSteps(steps);
  const broken = made.flatMap(({ problem, callId, name }) =>
    problem === null ? [] : [finding('agent', problem, `${callId} (${name})`)],
  );
  const ended = stopReason === 'final_answer' || stopReason === 'user_end';
  const unused = plan.expects === 'calls' && made.length === 0 && ended;
  return [
    ...broken,
    ...repeatedCalls(messages),
    ...(ended ? [] : [finding('agent', 'no_answer', `stopped by ${stopReason}`)]),
    ...(unused ? [finding('agent', 'no_tool_call', 'answers without any call although the request needs tools')] : []),
  ];
}

/** From the third equal call on: one repeat may be a retry. */
function repeatedCalls(messages: Seen['messages']): Finding[] {
  const counts = new Map<string, number>();
  const calls = messages.flatMap((message) => (message.role === 'assistant' ? (message.tool_calls ?? []) : []));
  for (const { function: called } of calls) {
    const key = `${called.name} ${called.arguments}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].flatMap(([key, count]) =>
    count > 2 ? [finding('agent', 'repeated_call', `${count} times: ${key.slice(0, 100)}`)] : [],
  );
}

function environmentFindings({ steps }: Seen): Finding[] {
  return toolSteps(steps).flatMap(({ status, problem, injected, callId, name }) => {
    if (status !== 'error' || problem !== null) return [];
    const [rule, why] =
      injected === null ? (['tool_failed', 'failed'] as const) : (['failure_injected', injected] as const);
    return [finding('environment', rule, `${callId} (${name}): ${why}`)];
  });
}

function toolSteps(steps: Seen['steps']): Extract<Seen['steps'][number], { kind: 'tool' }>[] {
  return steps.filter((step) => step.kind === 'tool');
}

function finding(party: Party, rule: Finding['rule'], detail: string): Finding {
  return { party, rule, detail };
}
