/**
 * The Tinker wire as JSON, in one file: servers may drop this flavour for protobuf, and then only this changes. A datum is
 * pre-shifted: the input is all tokens but the last, and everything else belongs to the token that comes next.
 */
import { z } from 'zod';
import type { Json } from '../../domain/json.ts';
import type { BatchRow } from '../../domain/rl/training-batch.ts';
import type { Rl } from '../../domain/run/training/schema.ts';

/** One trajectory for forward_backward. */
export function toDatum({ tokens, mask, logprobs, advantage }: BatchRow): Json {
  const after = <T>(values: readonly T[]): readonly T[] => values.slice(1);
  return {
    model_input: modelInput(tokens.slice(0, -1)),
    loss_fn_inputs: {
      target_tokens: { data: after(tokens) },
      logprobs: { data: after(logprobs) },
      advantages: { data: after(mask).map((one) => (one === 1 ? advantage : 0)) },
      mask: { data: after(mask) },
    },
  };
}

/** Token ids as a prompt. */
export function modelInput(tokens: readonly number[]): Json {
  return { chunks: [{ type: 'encoded_text', tokens }] };
}

/** Names and bounds of a loss as the verbs know them: bounds of the ratio, where we keep distances from 1. */
export function lossFields({ fn, clipLow, clipHigh }: Rl['loss']): { [field: string]: Json } {
  if (fn === 'importance_sampling' || fn === 'dppo') return { loss_fn: fn };
  const bounds = { clip_low_threshold: 1 - clipLow, clip_high_threshold: 1 + clipHigh };
  return { loss_fn: fn, loss_fn_config: bounds };
}

/** Field names of optim_step. Servers may ignore grad_clip_norm; advantages are normalised, so little hangs on it. */
export function adamFields({ lr, betas, eps, weightDecay, gradClip }: Rl['optimizer']): Json {
  const [beta1, beta2] = betas;
  return { learning_rate: lr, beta1, beta2, eps, weight_decay: weightDecay, grad_clip_norm: gradClip };
}

export const Session = z.looseObject({ session_id: z.string() });
export const Future = z.looseObject({ request_id: z.string() });
export const Pending = z.looseObject({ type: z.literal('try_again') });
export const Model = z.looseObject({ model_id: z.string() });
export const Saved = z.looseObject({ path: z.string() });
export const Metrics = z.looseObject({ metrics: z.record(z.string(), z.number()) });
/** Of a forward and backward pass: the loss, and what the model makes of each token. */
export const Passed = z.looseObject({
  loss_fn_outputs: z.array(z.looseObject({ logprobs: z.looseObject({ data: z.array(z.number()) }) })),
  metrics: z.looseObject({ 'loss:sum': z.number() }),
});
export const Sequences = z.looseObject({
  sequences: z
    .array(
      z.looseObject({
        tokens: z.array(z.int()),
        logprobs: z.array(z.number()),
        stop_reason: z.enum(['stop', 'length']),
      }),
    )
    .min(1),
});
