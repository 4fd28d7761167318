/**
 * The calls of an episode made again on paper: arguments against schemas, failures against the plan, states against the
 * chain of requests, texts against the recorded answers.
 */
import type { AuditedEpisode } from '../../activities/store/audited-episodes.ts';
import type { ArgumentValidator } from '../../domain/environment/argument-check.ts';
import { readCall } from '../../domain/episode/read-call.ts';
import type { Episode } from '../../domain/episode/schema.ts';
import { hashJson } from '../../domain/ids.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import type { RunConfig } from '../../domain/run/schema.ts';
import { drawFailure, type EarlierCall, type FailurePlan } from '../../domain/tool-call/failure-plan.ts';
import { firstState, nextState, stateSalt } from '../../domain/tool-call/state-key.ts';

interface Rules {
  readonly config: RunConfig;
  readonly validate: ArgumentValidator;
}

type ToolStep = Extract<Episode['steps'][number], { kind: 'tool' }>;

interface Made {
  readonly step: ToolStep;
  readonly text: string;
  /** Hash of the request; null for a call that fits no tool. */
  readonly request: string | null;
  readonly problem: ToolStep['problem'];
}

export function callFaults(row: AuditedEpisode, episode: Episode, { config, validate }: Rules): string[] {
  const made = callsOf(episode, validate);
  if (made === undefined) return ['its steps do not tell of its calls one by one'];
  const wrong = made.filter(({ step, problem }) => step.problem !== problem);
  return [
    ...wrong.map(
      ({ step, problem }) => `${step.callId}: recorded as ${step.problem ?? 'legal'}, it is ${problem ?? 'legal'}`,
    ),
    ...failureFaults(planOf(row, episode, config), made),
    ...(episode.environment === 'live' ? stateFaults(row, episode, { made, config }) : []),
  ];
}

/** Each call with its step; undefined when they differ in number or order. */
function callsOf({ messages, steps, tools }: Episode, validate: ArgumentValidator): Made[] | undefined {
  const calls = messages.flatMap((message) => (message.role === 'assistant' ? (message.tool_calls ?? []) : []));
  const texts = new Map(messages.flatMap((one) => (one.role === 'tool' ? [[one.tool_call_id, one.content]] : [])));
  const told = steps.filter((step) => step.kind === 'tool');
  if (told.map(({ callId }) => callId).join() !== calls.map(({ id }) => id).join()) return undefined;
  // Tools of an episode were parsed from JSON.
  const shown = tools.map((tool) => ({ ...tool.function, parameters: tool.function.parameters as JsonObject }));
  return told.map((step, at): Made => {
    const taken = readCall(calls[at]?.function ?? { name: '', arguments: '' }, shown, validate);
    const request = taken.ok ? hashJson(taken.request as Json) : null;
    return { step, text: texts.get(step.callId) ?? '', request, problem: taken.ok ? null : taken.problem };
  });
}

function planOf({ id }: AuditedEpisode, { environment }: Episode, { seed, trajectories }: RunConfig): FailurePlan {
  const failures = trajectories?.episodes.failures;
  const rate = (environment === 'live' ? failures?.liveRate : failures?.rate) ?? 0;
  return { seed: `${seed}/${id}`, rate, weights: failures?.weights ?? {} };
}

function failureFaults(plan: FailurePlan, made: readonly Made[]): string[] {
  const seen: EarlierCall[] = [];
  return made.flatMap(({ step, request }) => {
    if (request === null) return [];
    const planned = { ordinal: seen.length, tool: step.name, request };
    const drawn = drawFailure(plan, planned, seen);
    seen.push({ ...planned, injected: step.injected, status: step.status });
    return drawn === step.injected
      ? []
      : [`${step.callId}: the plan gives ${drawn ?? 'no failure'}, recorded ${step.injected ?? 'none'}`];
  });
}

function stateFaults(
  { id, plan, server, observed }: AuditedEpisode,
  { attempt }: Episode,
  { made, config }: { made: readonly Made[]; config: RunConfig },
): string[] {
  const recordings = config.trajectories?.episodes.recordings ?? 'reuse';
  let state = firstState(plan.server, stateSalt({ recordings, reach: server.reach.kind, episode: id, attempt }));
  return made.flatMap(({ step, text, request }) => {
    const asked = step.source === 'live' || step.source === 'recording';
    if (asked && request !== null) state = nextState(state, request);
    const answer = observed.get(step.state);
    return [
      ...(step.state === state ? [] : [`${step.callId}: its state is not the one its calls lead to`]),
      ...(asked && answer?.text !== text ? [`${step.callId}: the agent saw another answer than the recorded one`] : []),
    ];
  });
}
