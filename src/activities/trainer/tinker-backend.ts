/**
 * Training over the Tinker verbs (SkyRL, VeRL-Tinker, Twinkle, our own service): the loop is ours, the server holds
 * weights. A live model is only a cache there, so every step starts a new one from its parent; named weights are values.
 * These servers neither render conversations nor decode tokens: both are asked of the same address in vLLM's shape.
 */
import { z } from 'zod';
import type { Json, JsonObject } from '../../domain/json.ts';
import { comparedLogprobs } from '../../domain/rl/logprob-watch.ts';
import { TrainerError } from '../failures.ts';
import type { CompletionOrder, SampledTurn, Sampler, StepOrder, StepResult, TrainerBackend } from './backend.ts';
import type { TrainerWire } from './http-wire.ts';
import {
  adamFields,
  Future,
  lossFields,
  Metrics,
  Model,
  modelInput,
  Passed,
  Pending,
  Saved,
  Sequences,
  Session,
  toDatum,
} from './tinker-encoding.ts';

/** Trajectories of one forward_backward: gradients of several add up. */
const chunk = 64;

const Rendered = z.looseObject({ token_ids: z.array(z.int()) });
const Detokenized = z.looseObject({ prompt: z.string() });
const Capabilities = z.looseObject({
  supported_models: z.array(z.looseObject({ model_name: z.string(), max_context_length: z.int().nullish() })),
});

/** A backend over one server; new models have an adapter of this rank, or none. */
export function createTinkerBackend(wire: TrainerWire, loraRank = 0): TrainerBackend {
  return {
    sampler: createSampler(wire),
    // Weights that nobody hashes are identified by their name, which the server never gives twice.
    identify: (model) => Promise.resolve({ model, manifest: model, weights: model }),
    trainStep: (order, beat) => trainStep(wire, { ...order, loraRank }, beat),
    publish: ({ step, start, manifest }) =>
      Promise.resolve({
        model: step === 0 ? start.model : manifest.replace('/weights/', '/sampler_weights/'),
        version: step,
      }),
  };
}

/** A long operation: its future is asked for until it is there. */
async function operation<T>(
  wire: TrainerWire,
  {
    name,
    body,
    answer,
    signal,
  }: { name: string; body: JsonObject; answer: z.ZodType<T>; signal?: AbortSignal | undefined },
): Promise<T> {
  const { request_id } = await wire.send({ method: 'POST', path: `/api/v1/${name}`, body, answer: Future });
  for (;;) {
    signal?.throwIfAborted();
    const result = await wire.send({
      method: 'POST',
      path: '/api/v1/retrieve_future',
      body: { request_id },
      answer: z.union([Pending, answer]),
      answers: [408],
      signal,
    });
    if (!Pending.safeParse(result).success) return answer.parse(result);
  }
}

async function trainStep(
  wire: TrainerWire,
  order: StepOrder & { readonly loraRank: number },
  beat: (phase: string) => void,
): Promise<StepResult> {
  const { step, start, parent, rows, loss, optimizer, signal } = order;
  const began = performance.now();
  const opening = { tags: [order.run], user_metadata: {}, sdk_version: 'astra', type: 'create_session' };
  const { session_id } = await wire.send({
    method: 'POST',
    path: '/api/v1/create_session',
    body: opening,
    answer: Session,
  });
  const created: JsonObject = {
    session_id,
    model_seq_id: 0,
    base_model: start.model,
    lora_config: { rank: order.loraRank, seed: 0 },
  };
  const { model_id } = await operation(wire, { name: 'create_model', body: created, answer: Model, signal });
  let seq_id = 0;
  const next = <T>(name: string, body: JsonObject, answer: z.ZodType<T>): Promise<T> => {
    seq_id += 1;
    beat(`${name} ${seq_id}`);
    return operation(wire, { name, body: { model_id, seq_id, ...body }, answer, signal });
  };
  if (step > 1) await next('load_weights', { path: parent, optimizer: true }, Saved);
  let total = 0;
  const recomputed: number[][] = [];
  for (let at = 0; at < rows.length; at += chunk) {
    const data: Json = rows.slice(at, at + chunk).map(toDatum);
    const input = { forward_backward_input: { data, ...lossFields(loss) } };
    const { loss_fn_outputs: outputs, metrics } = await next('forward_backward', input, Passed);
    total += metrics['loss:sum'];
    recomputed.push(...outputs.map(({ logprobs }) => logprobs.data));
  }
  const { metrics } = await next('optim_step', { adam_params: adamFields(optimizer) }, Metrics);
  const { path } = await next('save_weights', { path: `step-${step}` }, Saved);
  await next('save_weights_for_sampler', { path: `step-${step}` }, Saved);
  const seconds = (performance.now() - began) / 1000;
  return {
    checkpoint: path,
    manifest: path,
    weights: path,
    metrics: { ...metrics, ...compared(order, recomputed), loss: total },
    seconds,
  };
}

/** Groups of the policy that this step began with are fresh. */
function compared({ rows, step }: StepOrder, recomputed: readonly number[][]): StepResult['metrics'] {
  try {
    return comparedLogprobs(rows, recomputed, step - 1);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new TrainerError('Protocol', `forward_backward: ${cause.message}`, { cause });
  }
}

function createSampler(wire: TrainerWire): Sampler {
  const render = async (body: JsonObject): Promise<number[]> =>
    (await wire.send({ method: 'POST', path: '/v1/render', body, answer: Rendered })).token_ids;
  const baseOf = new Map<string, string>();
  return {
    async contextOf(model) {
      const { supported_models: models } = await wire.send({
        method: 'GET',
        path: '/api/v1/get_server_capabilities',
        answer: Capabilities,
      });
      const base = models.find(({ model_name: name }) => name === model) ?? models[0];
      if (base === undefined) throw new TrainerError('ModelNotFound', `${wire.url} supports no model`);
      baseOf.set(model, base.model_name);
      return base.max_context_length ?? 32_768;
    },
    render: (model, { messages, tools }) =>
      render({ model: baseOf.get(model) ?? model, messages, tools, add_generation_prompt: true }),
    bridge: (model, messages) =>
      render({ model: baseOf.get(model) ?? model, bridge_of: messages, add_generation_prompt: true }),
    complete: (order) =>
      Promise.all(
        order.prompts.map((prompt, at) =>
          sampleOne(wire, order, { prompt, at, base: baseOf.get(order.model) ?? order.model }),
        ),
      ),
  };
}

async function sampleOne(
  wire: TrainerWire,
  { model, seeds, maxTokens, temperature, signal }: CompletionOrder,
  { prompt, at, base }: { prompt: readonly number[]; at: number; base: string },
): Promise<SampledTurn> {
  const body: JsonObject = {
    prompt: modelInput(prompt),
    num_samples: 1,
    sampling_params: { max_tokens: maxTokens, temperature, top_p: 1, top_k: -1, seed: seeds[at] ?? 0 },
    ...(model.startsWith('tinker://') ? { model_path: model } : { base_model: model }),
  };
  const { sequences } = await operation(wire, { name: 'asample', body, answer: Sequences, signal });
  const [sequence] = sequences;
  if (sequence === undefined) throw new TrainerError('Protocol', 'asample answered no sequence');
  const { tokens, logprobs, stop_reason: finish } = sequence;
  const decode: JsonObject = { model: base, tokens };
  const { prompt: text } = await wire.send({ method: 'POST', path: '/detokenize', body: decode, answer: Detokenized });
  return { tokens, logprobs, text: text.replace(/<\|im_end\|>$/, ''), finish, policy: model };
}
