/**
 * SFT as a job on a Ray cluster: an entry point of the user's, a submission id that we choose (so that submitting again
 * finds the job), and the model named in the job's metadata. Tested against recorded answers only.
 */
import { z } from 'zod';
import { hashText } from '../../domain/ids.ts';
import { TrainerError } from '../failures.ts';
import type { TrainerWire } from './http-wire.ts';
import type { SftService } from './sft-service.ts';

const Job = z.looseObject({
  status: z.enum(['PENDING', 'RUNNING', 'STOPPED', 'SUCCEEDED', 'FAILED']),
  message: z.string().nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
});
const Anything = z.unknown();
const Missing = z.looseObject({}).transform(() => undefined);

/** Jobs that run `entrypoint`; it finds rows, model and settings in the variables ASTRA_SFT_*. */
export function createRayJobs(wire: TrainerWire, entrypoint: string): SftService {
  return {
    async dispatch({ key, model, path, sha256, seed, hyperparameters }) {
      const id = `astra-${hashText(key).slice(0, 24)}`;
      const job = `/api/jobs/${id}`;
      const known = await wire.send({ method: 'GET', path: job, answer: z.union([Job, Missing]), answers: [404] });
      if (known !== undefined && 'status' in known) {
        if (known.status !== 'STOPPED') return id;
        await wire.send({ method: 'DELETE', path: job, answer: Anything }); // an id serves once
      }
      const variables = {
        ASTRA_SFT_MODEL: model,
        ASTRA_SFT_ROWS: path,
        ASTRA_SFT_ROWS_SHA256: sha256,
        ASTRA_SFT_SEED: String(seed),
        ASTRA_SFT_HYPERPARAMETERS: JSON.stringify(hyperparameters),
      };
      const metadata = { key, model: `${model}-${id}` };
      const body = { entrypoint, submission_id: id, runtime_env: { env_vars: variables }, metadata };
      await wire.send({ method: 'POST', path: '/api/jobs/', body, answer: Anything });
      return id;
    },
    async read(id) {
      const { status, message, metadata } = await wire.send({ method: 'GET', path: `/api/jobs/${id}`, answer: Job });
      if (status === 'FAILED' || status === 'STOPPED')
        return { status: 'failed', detail: `${status}: ${message ?? 'without a reason'}` };
      if (status !== 'SUCCEEDED') return { status: 'running', step: 0, of: 0 };
      const model = metadata?.['model'];
      if (model === undefined) throw new TrainerError('Protocol', `job ${id} does not say which model it made`);
      return { status: 'succeeded', step: 0, result: { model, manifest: model, weights: model } };
    },
    async stop(id) {
      await wire.send({ method: 'POST', path: `/api/jobs/${id}/stop`, body: {}, answer: Anything });
    },
    record: () => Promise.resolve({ loss: [], notes: [] }),
  };
}
