/**
 * Rollouts in lock-step (method §10.6): all that are still going sample their next turn in one request, because a
 * sampler on few cores is several times faster on a batch. Which of them share a request changes nothing: the sampler's
 * draw depends on prompt and seed alone.
 */

import type { ExecutedCall } from '../../domain/reward/trajectory-reward.ts';
import type { LostRollout, Rollout, StopReason } from '../../domain/rl/schema.ts';
import { addBridge, addTurn, beginTrajectory, type TokenTrajectory } from '../../domain/rl/token-trajectory.ts';
import { readTurn, shownObservation, type WrittenCall } from '../../domain/rl/tool-text.ts';
import type { SampledTurn, Sampler } from './backend.ts';
import type { TaskRoom } from './task-room.ts';
import { makeCall } from './written-calls.ts';

export interface RolloutJob {
  readonly no: number;
  readonly room: TaskRoom;
  readonly prompt: readonly number[];
  /** Seed of its turn, from 0. */
  readonly seedOf: (turn: number) => number;
}

export interface PlayRule {
  readonly model: string;
  readonly temperature: number;
  readonly maxTurnTokens: number;
  readonly maxResponseTokens: number;
  readonly maxTurns: number;
  readonly stopWhenSolved: boolean;
  /** Milliseconds for all of them together. */
  readonly deadlineMs: number;
}

export interface PlayDeps {
  readonly sampler: Sampler;
  readonly now: () => number;
  readonly signal: AbortSignal | undefined;
}

/** A rollout as it was played, before it is scored. */
export interface Played {
  readonly job: RolloutJob;
  readonly trajectory: TokenTrajectory;
  readonly calls: readonly ExecutedCall[];
  readonly said: Rollout['said'];
  readonly stop: StopReason;
  readonly formatErrors: number;
}

export type PlayEnd = { readonly played: Played } | { readonly lost: LostRollout };

interface Going {
  readonly job: RolloutJob;
  trajectory: TokenTrajectory;
  readonly calls: ExecutedCall[];
  readonly said: { role: 'assistant' | 'tool'; text: string }[];
  formatErrors: number;
  end?: PlayEnd;
}

/** Does work in the rooms of jobs, and closes them whatever becomes of it. */
export async function inRooms<T>(jobs: readonly Pick<RolloutJob, 'room'>[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    for (const { room } of jobs) room.close();
  }
}

/** Plays all jobs to their ends, in their order. Fails when sampling does; what an environment loses is an end. */
export async function playRollouts(deps: PlayDeps, rule: PlayRule, jobs: readonly RolloutJob[]): Promise<PlayEnd[]> {
  const { sampler, now, signal } = deps;
  const until = now() + rule.deadlineMs;
  const context = await sampler.contextOf(rule.model);
  const all = jobs.map(
    (job): Going => ({ job, trajectory: beginTrajectory(job.prompt), calls: [], said: [], formatErrors: 0 }),
  );
  for (let turn = 0; ; turn++) {
    for (const one of all) if (one.end === undefined) endEarly(one, { rule, context, turn, late: now() > until });
    const going = all.filter(({ end }) => end === undefined);
    if (going.length === 0) return all.flatMap(({ end }) => end ?? []);
    const turns = await sampler.complete({
      model: rule.model,
      prompts: going.map(({ trajectory }) => trajectory.tokens),
      seeds: going.map(({ job }) => job.seedOf(turn)),
      maxTokens: rule.maxTurnTokens,
      temperature: rule.temperature,
      signal,
    });
    await Promise.all(going.map((one, at) => takeTurn(one, turns[at] as SampledTurn, { sampler, rule }))); // one per prompt
  }
}

function endEarly(
  one: Going,
  { rule, context, turn, late }: { rule: PlayRule; context: number; turn: number; late: boolean },
): void {
  const { trajectory, job } = one;
  const response = trajectory.tokens.length - job.prompt.length;
  if (late) one.end = { lost: { no: job.no, reason: 'deadline', detail: `not done after ${rule.deadlineMs} ms` } };
  else if (turn >= rule.maxTurns) stop(one, 'turns');
  else if (response >= rule.maxResponseTokens) stop(one, 'tokens');
  else if (trajectory.tokens.length >= context) stop(one, 'context');
}

function stop(one: Going, reason: StopReason): void {
  const { job, trajectory, calls, said, formatErrors } = one;
  one.end = { played: { job, trajectory, calls, said, stop: reason, formatErrors } };
}

async function takeTurn(
  one: Going,
  { text, ...turn }: SampledTurn,
  { sampler, rule }: { sampler: Sampler; rule: PlayRule },
): Promise<void> {
  one.trajectory = addTurn(one.trajectory, turn);
  one.said.push({ role: 'assistant', text });
  const { calls } = readTurn(text);
  const told: string[] = [];
  for (const call of calls) {
    const observation = await observe(one, call);
    if (observation === undefined) return;
    told.push(shownObservation(observation));
  }
  // A turn that was cut off has no end to build on, whatever calls are in it.
  if (turn.finish === 'length') return stop(one, 'truncated');
  if (calls.length === 0) return stop(one, 'answer');
  one.said.push(...told.map((content) => ({ role: 'tool' as const, text: content })));
  if (rule.stopWhenSolved && (await one.job.room.isSolved(one.calls))) return stop(one, 'solved');
  const messages = told.map((content) => ({ role: 'tool', content }));
  one.trajectory = addBridge(one.trajectory, await sampler.bridge(rule.model, messages));
}

/** What the call gave, as text; undefined when the environment lost the rollout. */
async function observe(one: Going, written: WrittenCall): Promise<string | undefined> {
  const { room, no } = one.job;
  const made = await makeCall(room, `call_${one.calls.length + 1}`, written);
  if ('lost' in made) {
    one.end = { lost: { no, reason: 'environment', detail: made.lost } };
    return undefined;
  }
  if (!written.ok) one.formatErrors += 1;
  one.calls.push(made.executed);
  return made.observation;
}
