/**
 * SFT over OpenAI's files and fine-tuning jobs: our service, or any other that kept the shape. Creating a job is not
 * idempotent there, so the key travels in the metadata and is looked for first.
 */
import { createReadStream } from 'node:fs';
import OpenAI from 'openai';
import { z } from 'zod';
import { TrainerError } from '../failures.ts';
import type { IdentifiedWeights } from './backend.ts';
import type { SftRecord } from './contract.ts';
import { trainerFailure } from './http-wire.ts';
import type { SftJob, SftOrder, SftService } from './sft-service.ts';

/** What our service says of a job beyond OpenAI's own fields. */
const OwnFields = z.looseObject({
  base_model: z.string().nullable().default(null),
  steps_done: z.number().default(0),
  steps_total: z.number().default(0),
  manifest_sha256: z.string().nullish(),
  weights_sha256: z.string().nullish(),
});

const Metrics = z.looseObject({ step: z.number(), train_loss: z.number() });

type Client = Pick<OpenAI, 'files' | 'fineTuning'>;

/** What our own service can beyond the shape. */
export interface OwnService {
  /** Tells what is behind a model name. */
  readonly identify: (model: string) => Promise<IdentifiedWeights>;
}

/** A job of our own service is paused and goes on where it was; elsewhere nothing but cancelling is sure to exist. */
export function createOpenAiJobs(client: Client, own?: OwnService): SftService {
  return {
    dispatch: (order) => told(() => dispatch(client, order)),
    read: (job) => told(() => read(client, job, own?.identify)),
    stop: (job) => told(() => stop(client, job, own === undefined ? 'cancel' : 'pause')),
    record: (job) => told(() => recordOf(client, job)),
  };
}

async function dispatch(client: Client, order: SftOrder): Promise<string> {
  const metadata = { idempotency_key: order.key };
  const listed = await client.fineTuning.jobs.list({ metadata, limit: 20 });
  const under = listed.data.filter((job) => job.metadata?.['idempotency_key'] === order.key);
  const known = under.find((job) => job.status !== 'cancelled');
  if (known !== undefined) {
    const status: string = known.status; // the client does not know of "paused"
    if (status === 'paused') await client.fineTuning.jobs.resume(known.id);
    return known.id;
  }
  const file = await client.files.create({ purpose: 'fine-tune', file: createReadStream(order.path) });
  const { n_epochs, batch_size, learning_rate_multiplier, ...own } = order.hyperparameters;
  const theirs = { n_epochs, batch_size, learning_rate_multiplier };
  const created = await client.fineTuning.jobs.create({
    model: order.model,
    training_file: file.id,
    seed: order.seed,
    // Settings that only our service knows travel where every service of the shape carries texts.
    metadata: { ...metadata, ...(Object.keys(own).length > 0 && { hyperparameters: JSON.stringify(own) }) },
    method: { type: 'supervised', supervised: { hyperparameters: given(theirs) } },
  });
  return created.id;
}

/** Without the settings that nobody gave; numbers or "auto" by the service's own check. */
function given(values: Readonly<Record<string, unknown>>): Readonly<Record<string, number | 'auto'>> {
  const some = Object.entries(values).filter(([, value]) => typeof value === 'number' || value === 'auto');
  return Object.fromEntries(some) as Record<string, number | 'auto'>; // filtered above
}

const ended: ReadonlySet<string> = new Set(['succeeded', 'failed', 'cancelled', 'paused']);

async function stop(client: Client, id: string, how: 'pause' | 'cancel'): Promise<void> {
  const { status } = await client.fineTuning.jobs.retrieve(id);
  if (!ended.has(status)) await client.fineTuning.jobs[how](id);
}

async function read(client: Client, id: string, identify: OwnService['identify'] | undefined): Promise<SftJob> {
  const job = await client.fineTuning.jobs.retrieve(id);
  const own = OwnFields.parse(job);
  if (job.status === 'failed' || job.status === 'cancelled')
    return { status: 'failed', detail: `${job.status}: ${job.error?.message ?? 'without a reason'}` };
  if (job.status !== 'succeeded') return { status: 'running', step: own.steps_done, of: own.steps_total };
  const { fine_tuned_model: model } = job;
  if (model === null) throw new TrainerError('Protocol', `job ${id} succeeded without naming its model`);
  const base = own.base_model === null ? undefined : await identify?.(own.base_model);
  const result = identified(model, own);
  return { status: 'succeeded', step: own.steps_done, result, ...(base !== undefined && { base }) };
}

/** A service without hashes identifies weights by their name alone. */
function identified(model: string, { manifest_sha256, weights_sha256 }: z.infer<typeof OwnFields>): IdentifiedWeights {
  return { model, manifest: manifest_sha256 ?? model, weights: weights_sha256 ?? model };
}

async function recordOf(client: Client, id: string): Promise<SftRecord> {
  const loss: SftRecord['loss'][number][] = [];
  const notes: string[] = [];
  for await (const { type, data, message } of client.fineTuning.jobs.listEvents(id, { limit: 100 })) {
    const line = Metrics.safeParse(data);
    if (line.success) loss.push({ step: line.data.step, loss: line.data.train_loss });
    else if (type === 'message') notes.unshift(message); // events come newest first
  }
  return { loss: loss.toSorted((a, b) => a.step - b.step), notes };
}

async function told<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof OpenAI.APIError)) throw error;
    const status: unknown = error.status;
    if (typeof status !== 'number')
      throw new TrainerError('Unavailable', `fine-tuning: no answer: ${error.message}`, { cause: error });
    throw trainerFailure(
      'fine-tuning',
      status,
      // The client's own message begins with the status, which is said already.
      JSON.stringify({ error: { type: error.type ?? '', message: error.message.replace(`${status} `, '') } }),
    );
  }
}
