/**
 * Our trainer service behind the interface (its contract: trainer/contract/README.md): one idempotent resource per step,
 * versioned policies, sampling with token ids.
 */
import { z } from 'zod';
import type { Json, JsonObject } from '../../domain/json.ts';
import { TrainerError } from '../failures.ts';
import type {
  CompletionOrder,
  IdentifiedWeights,
  PublishOrder,
  SampledTurn,
  Sampler,
  StepOrder,
  StepResult,
  TrainerBackend,
} from './backend.ts';
import type { ServedPolicy } from './contract.ts';
import type { TrainerWire } from './http-wire.ts';

/** Seconds that the service holds an answer back while a step runs. */
const waitSeconds = 30;

const Rendered = z.looseObject({ token_ids: z.array(z.int()) });
const Models = z.looseObject({
  data: z.array(
    z.looseObject({
      id: z.string(),
      max_model_len: z.int(),
      manifest_sha256: z.string(),
      weights_sha256: z.string(),
    }),
  ),
});
const Completions = z.looseObject({
  choices: z.array(
    z.looseObject({
      index: z.int(),
      text: z.string(),
      token_ids: z.array(z.int(), 'no token ids: training needs an engine that gives them (return_token_ids)'),
      prompt_token_ids: z.array(z.int()),
      logprobs: z.looseObject(
        { token_logprobs: z.array(z.number()) },
        'no log-probabilities: training needs an engine that gives them (logprobs)',
      ),
      finish_reason: z.enum(['stop', 'length']),
    }),
  ),
  weight_version: z.string(),
  model: z.string(),
});
const Policy = z.looseObject({ model: z.string(), step: z.int() });
const Step = z.discriminatedUnion('status', [
  z.looseObject({ status: z.literal('running'), phase: z.string(), microbatch: z.number(), of: z.number() }),
  z.looseObject({
    status: z.literal('committed'),
    checkpoint: z.string(),
    manifest_sha256: z.string(),
    weights_sha256: z.string(),
    metrics: z.record(z.string(), z.number()),
    timings: z.record(z.string(), z.number()).optional(),
  }),
]);
type Step = z.infer<typeof Step>;

/** The service behind a wire. */
export function createLocalBackend(wire: TrainerWire): TrainerBackend {
  return {
    sampler: createSampler(wire),
    identify: (model) => identify(wire, model),
    trainStep: (order, beat) => trainStep(wire, order, beat),
    publish: (order) => publish(wire, order),
  };
}

async function modelNamed(wire: TrainerWire, model: string): Promise<z.infer<typeof Models>['data'][number]> {
  const { data } = await wire.send({ method: 'GET', path: '/v1/models', answer: Models });
  const found = data.find(({ id }) => id === model);
  if (found !== undefined) return found;
  const policy = /-v\d+$/.test(model);
  throw new TrainerError(
    policy ? 'StalePolicy' : 'ModelNotFound',
    `${wire.url} does not serve "${model}"; it serves ${data.map(({ id }) => id).join(', ') || 'nothing'}`,
  );
}

async function identify(wire: TrainerWire, model: string): Promise<IdentifiedWeights> {
  const { manifest_sha256: manifest, weights_sha256: weights } = await modelNamed(wire, model);
  return { model, manifest, weights };
}

function createSampler(wire: TrainerWire): Sampler {
  const contexts = new Map<string, number>();
  const render = async (body: JsonObject): Promise<number[]> =>
    (await wire.send({ method: 'POST', path: '/v1/render', body, answer: Rendered })).token_ids;
  return {
    async contextOf(model) {
      const known = contexts.get(model) ?? (await modelNamed(wire, model)).max_model_len;
      contexts.set(model, known);
      return known;
    },
    render: (model, { messages, tools }) => render({ model, messages, tools, add_generation_prompt: true }),
    bridge: (model, messages) => render({ model, bridge_of: messages, add_generation_prompt: true }),
    complete: (order) => complete(wire, order),
  };
}

async function complete(wire: TrainerWire, order: CompletionOrder): Promise<SampledTurn[]> {
  const { model, prompts, seeds, maxTokens, temperature, signal } = order;
  const body: Json = {
    model,
    prompt: prompts,
    seed: seeds,
    max_tokens: maxTokens,
    temperature,
    logprobs: 0,
    return_token_ids: true,
  };
  const answer = await wire.send({ method: 'POST', path: '/v1/completions', body, answer: Completions, signal });
  // A served name always has the same weights; an answer of another name was sampled by others.
  if (answer.model !== model)
    throw new TrainerError('StalePolicy', `asked for ${model}, ${answer.model} (${answer.weight_version}) answered`);
  const byIndex = new Map(answer.choices.map((choice) => [choice.index, choice]));
  return prompts.map((prompt, index) => {
    const choice = byIndex.get(index);
    const same =
      choice?.prompt_token_ids.length === prompt.length && prompt.every((id, at) => id === choice.prompt_token_ids[at]);
    if (choice === undefined || !same)
      throw new TrainerError(
        'Protocol',
        `${wire.url}: completion ${index} of ${prompts.length} is not of the prompt sent`,
      );
    const { token_ids: tokens, logprobs, text, finish_reason: finish } = choice;
    return { tokens, logprobs: logprobs.token_logprobs, text, finish, policy: answer.model };
  });
}

async function publish(wire: TrainerWire, { run, step, start, manifest }: PublishOrder): Promise<ServedPolicy> {
  const body: Json = { step, manifest_sha256: manifest, ...(step === 0 && { base: `base:${start.manifest}` }) };
  const path = `/v1/policies/${encodeURIComponent(run)}`;
  const { model, step: version } = await wire.send({ method: 'PUT', path, body, answer: Policy });
  return { model, version };
}

async function trainStep(wire: TrainerWire, order: StepOrder, beat: (phase: string) => void): Promise<StepResult> {
  const { loss, optimizer, signal } = order;
  const path = `/v1/runs/${encodeURIComponent(order.run)}/steps/${order.step}?wait=${waitSeconds}`;
  const body: Json = {
    parent: order.step === 1 ? `base:${order.start.manifest}` : `step-${order.step - 1}`,
    batch: { uri: order.batch.path, sha256: order.batch.sha256 },
    loss: {
      fn: loss.fn,
      clip_low: loss.clipLow,
      clip_high: loss.clipHigh,
      ...(loss.tisCap !== undefined && { tis_cap: loss.tisCap }),
      ...(order.temperature !== 1 && { temperature: order.temperature }),
    },
    optim: {
      lr: optimizer.lr,
      betas: optimizer.betas,
      eps: optimizer.eps,
      weight_decay: optimizer.weightDecay,
      grad_clip: optimizer.gradClip,
    },
    seed: 0,
  };
  for (;;) {
    // Always the whole question: a trainer that was started anew in between knows of no step under way.
    const step = await wire.send({ method: 'PUT', path, body, answer: Step, signal });
    if (step.status === 'committed') return resultOf(step);
    beat(`${step.phase} ${step.microbatch}/${step.of}`);
  }
}

function resultOf(step: Extract<Step, { status: 'committed' }>): StepResult {
  const { timings } = step;
  return {
    checkpoint: step.checkpoint,
    manifest: step.manifest_sha256,
    weights: step.weights_sha256,
    metrics: step.metrics,
    seconds: Object.values(timings ?? {}).reduce((sum, part) => sum + part, 0),
    ...(timings !== undefined && { timings }),
  };
}
