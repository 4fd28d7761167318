/** The composition of training: addresses, clients and the sandbox handed to its activities. */
import { join } from 'node:path';
import OpenAI from 'openai';
import type { Pool } from 'pg';
import { TrainerError } from './activities/failures.ts';
import { createOpenLive } from './activities/proof/live-episode.ts';
import type { Sandbox } from './activities/sandbox/contract.ts';
import { createGateStore } from './activities/store/gates.ts';
import { createTrainingStore } from './activities/store/training.ts';
import { createTrainerActivities } from './activities/trainer/activities.ts';
import type { TrainerBackend } from './activities/trainer/backend.ts';
import type { TrainerActivities } from './activities/trainer/contract.ts';
import { createTrainerWire, longestMs, type TrainerWire } from './activities/trainer/http-wire.ts';
import { createLocalBackend } from './activities/trainer/local-backend.ts';
import { createOpenAiJobs } from './activities/trainer/openai-jobs.ts';
import { createRayJobs } from './activities/trainer/ray-jobs.ts';
import type { SftService } from './activities/trainer/sft-service.ts';
import { createRunTool } from './activities/trainer/task-room.ts';
import { createTinkerBackend } from './activities/trainer/tinker-backend.ts';
import type { TrainingDesk } from './activities/trainer/training-desk.ts';
import { readSecret } from './config/load.ts';
import type { ProcessConfig } from './config/process-config.ts';
import { resolveModel } from './domain/run/models.ts';
import type { Backend } from './domain/run/training/schema.ts';

export interface TrainerParts {
  readonly activities: TrainerActivities;
  /** The same desk, for commands that need no worker. */
  readonly desk: TrainingDesk;
  close(): Promise<void>;
}

export interface TrainerResources {
  readonly config: ProcessConfig;
  readonly pool: Pool;
  readonly sandbox: Sandbox;
}

/** Activities of the trainer role. */
export function composeTrainerActivities({ config, pool, sandbox }: TrainerResources): TrainerParts {
  const wires = new Map<string, TrainerWire>();
  const wireTo = (url: string, headers?: Readonly<Record<string, string>>): TrainerWire => {
    const wire = wires.get(url) ?? createTrainerWire(url, headers);
    wires.set(url, wire);
    return wire;
  };
  const desk: TrainingDesk = {
    store: createTrainingStore(pool),
    gates: createGateStore(pool),
    runTool: createRunTool(sandbox),
    openLive: createOpenLive(sandbox),
    backend: once((backend) => backendFor(config, backend, wireTo)),
    sft: once((backend) => sftFor(config, backend, wireTo)),
    embed: (run, texts) => embed(run, texts, config),
    folder: join(config.home, 'training'),
    now: () => Date.now(),
  };
  return {
    activities: createTrainerActivities(desk),
    desk,
    async close() {
      await Promise.all([...wires.values()].map((wire) => wire.close()));
    },
  };
}

/** One per configured backend: clients remember what they learnt of their address. */
function once<T>(make: (backend: Backend) => T): (backend: Backend) => T {
  const made = new Map<string, T>();
  return (backend) => {
    const key = JSON.stringify(backend);
    const known = made.get(key) ?? make(backend);
    made.set(key, known);
    return known;
  };
}

type WireTo = (url: string, headers?: Readonly<Record<string, string>>) => TrainerWire;

function backendFor(config: ProcessConfig, backend: Backend, wireTo: WireTo): TrainerBackend {
  if (backend.kind === 'tinker')
    return createTinkerBackend(
      wireTo(backend.url, { 'X-API-Key': readSecret(backend.apiKeyEnv) ?? '' }),
      backend.loraRank,
    );
  if (backend.kind === 'local') return createLocalBackend(wireTo(trainerUrl(config, backend.url)));
  throw new TrainerError('ConfigInvalid', `a backend of kind "${backend.kind}" trains by SFT only`);
}

function sftFor(config: ProcessConfig, backend: Backend, wireTo: WireTo): SftService {
  if (backend.kind === 'ray') return createRayJobs(wireTo(backend.url), backend.entrypoint);
  if (backend.kind === 'tinker') throw new TrainerError('ConfigInvalid', 'a Tinker server has no jobs for SFT');
  if (backend.kind === 'openai') {
    const apiKey = readSecret(backend.apiKeyEnv) ?? '';
    return createOpenAiJobs(new OpenAI({ baseURL: backend.url, apiKey, maxRetries: 0 }));
  }
  const url = trainerUrl(config, backend.url);
  const wire = wireTo(url);
  return createOpenAiJobs(jobsClient(wire), createLocalBackend(wire));
}

/** A job is there when all of its rows are read, which may take longer than Node's own requests wait for an answer. */
function jobsClient({ url, fetch }: TrainerWire): Pick<OpenAI, 'files' | 'fineTuning'> {
  const usual = { baseURL: new URL('/v1', url).href, apiKey: 'none', maxRetries: 0 };
  // Forms are of Node's own classes, which only Node's own fetch sends.
  const { files } = new OpenAI(usual);
  const patient = fetch as unknown as typeof globalThis.fetch; // of another package, but of the same standard
  const { fineTuning } = new OpenAI({ ...usual, timeout: longestMs, fetch: patient });
  return { files, fineTuning };
}

function trainerUrl(config: ProcessConfig, url: string | undefined): string {
  const known = url ?? config.trainerUrl;
  if (known !== undefined) return known;
  throw new TrainerError(
    'Unavailable',
    'the address of the trainer is not known: start one with "astra up --trainer", or set ASTRA_TRAINER_URL',
  );
}

async function embed(
  run: Parameters<typeof resolveModel>[0],
  texts: readonly string[],
  config: ProcessConfig,
): ReturnType<TrainingDesk['embed']> {
  const { model, baseUrls, apiKeyEnv } = resolveModel(run, 'embedding');
  const baseURL = baseUrls[0] ?? config.teacher.baseUrl;
  if (baseURL === undefined)
    throw new TrainerError('ConfigInvalid', 'rl.irrelevantTools.similarity "embedding" needs models.embedding.baseUrl');
  const client = new OpenAI({ baseURL, apiKey: readSecret(apiKeyEnv) ?? 'none' });
  const { data } = await client.embeddings.create({ model, input: [...texts], encoding_format: 'float' });
  return data
    .toSorted((a, b) => a.index - b.index)
    .map(({ embedding }) => {
      const length = Math.hypot(...embedding) || 1;
      return new Map(embedding.map((value, at) => [String(at), value / length]));
    });
}
