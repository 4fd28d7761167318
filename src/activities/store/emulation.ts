/** Worlds of emulated servers (method §5.3): opened from a seed, changed only by replies that keep every rule. */
import type { Pool } from 'pg';
import { emulationProblems } from '../../domain/emulation/judge-reply.ts';
import { emulatedObservation } from '../../domain/emulation/observation.ts';
import { EmulateReply, EmulationState, ToolOutputReply } from '../../domain/emulation/schema.ts';
import { nextWorld, openWorld } from '../../domain/emulation/world.ts';
import { EpisodePlan } from '../../domain/episode/schema.ts';
import type { Json } from '../../domain/json.ts';
import { ToolRequest } from '../../domain/tool-call/schema.ts';
import { PoolServer } from '../../domain/tool-pool/schema.ts';
import { DomainError } from '../failures.ts';
import { createBodyReader, saveBodies, toBody } from './blobs.ts';
import type { EmulationStoreActivities } from './emulation-contract.ts';
import { loadRunConfig } from './runs.ts';
import { loadOwn, loadReply } from './stored-body.ts';

type Input<Name extends keyof EmulationStoreActivities> = Parameters<EmulationStoreActivities[Name]>[0];
type Result<Name extends keyof EmulationStoreActivities> = ReturnType<EmulationStoreActivities[Name]>;

/** Opens the world of an episode; nothing is written but its body. See EmulationStoreActivities. */
export async function openEmulation(pool: Pool, input: Input<'openEmulation'>): Result<'openEmulation'> {
  const read = createBodyReader(pool);
  const [{ seed, trajectories }, plan, server] = await Promise.all([
    loadRunConfig(pool, input.runId),
    loadOwn(read, input.plan, EpisodePlan),
    loadOwn(read, input.server, PoolServer),
  ]);
  if (trajectories === undefined) throw new TypeError('a run without the stage has no episodes');
  const { episode } = input;
  const { showQuestion } = trajectories.episodes;
  const state = openWorld({ seed: String(seed), episode, question: plan.question, showQuestion });
  const body = toBody(state as Json);
  await saveBodies(pool, [body]);
  return {
    state: body.hash,
    declared: server.tools.filter(({ output }) => output !== undefined).map(({ name }) => name),
  };
}

/** Stores what a reply shows and where it leads. See EmulationStoreActivities. */
export async function applyEmulation(pool: Pool, input: Input<'applyEmulation'>): Result<'applyEmulation'> {
  const read = createBodyReader(pool);
  const [server, state, request, output, reply] = await Promise.all([
    loadOwn(read, input.server, PoolServer),
    loadOwn(read, input.state, EmulationState),
    loadOwn(read, input.request, ToolRequest),
    loadReply(read, input.output, ToolOutputReply),
    loadOwn(read, input.reply, EmulateReply),
  ]);
  const facts = { server, state, request, ...(output === null ? {} : { output }) };
  const [problem] = emulationProblems(reply, facts);
  if (problem !== undefined)
    throw new DomainError(`The reply ${input.reply} to ${request.name} breaks ${problem.rule}: ${problem.detail}`);
  // Observation and state are JSON by their schemas.
  const observation = toBody(emulatedObservation(reply) as Json);
  const next = toBody(nextWorld(state, request, reply) as Json);
  await saveBodies(pool, [observation, next]);
  return { observation: observation.hash, status: reply.is_error ? 'error' : 'ok', state: next.hash };
}
