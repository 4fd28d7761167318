/**
 * A trainer without weights: tokens are character codes, what a policy says is scripted, steps are kept by number. It can
 * forget what it serves, as a sampler does that was started anew.
 */
import { TrainerError } from '../../src/activities/failures.ts';
import type { StepOrder, TrainerBackend } from '../../src/activities/trainer/backend.ts';

export interface FakeTrainer extends TrainerBackend {
  readonly made: StepOrder[];
  readonly published: string[];
  readonly served: Set<string>;
  /** Prompts of every completion, in order. */
  readonly prompts: (readonly number[])[];
}

/** What the policy says at a prompt; `seed` is that of the turn. */
export type Say = (place: { readonly text: string; readonly seed: number; readonly model: string }) => string;

export function encode(text: string): number[] {
  return Array.from(text, (letter) => letter.codePointAt(0) ?? 0);
}

function decode(tokens: readonly number[]): string {
  return String.fromCodePoint(...tokens);
}

/** `say` may end a text with "…" to be cut off there. */
export function fakeTrainer(say: Say, context = 4_000): FakeTrainer {
  const made: StepOrder[] = [];
  const published: string[] = [];
  const served = new Set<string>(['base']);
  const prompts: (readonly number[])[] = [];
  return {
    made,
    published,
    served,
    prompts,
    identify: (model) => Promise.resolve({ model, manifest: `manifest of ${model}`, weights: `weights of ${model}` }),
    sampler: {
      contextOf: () => Promise.resolve(context),
      render: (_model, { messages, tools }) =>
        Promise.resolve(encode(`${JSON.stringify(tools)}${JSON.stringify(messages)}>`)),
      bridge: (_model, messages) =>
        Promise.resolve(encode(`<${messages.map(({ content }) => String(content)).join('|')}>`)),
      async complete({ model, prompts: asked, seeds }) {
        if (!served.has(model)) throw new TrainerError('StalePolicy', `${model} is not served`);
        prompts.push(...asked);
        return asked.map((prompt, at) => {
          const text = say({ text: decode(prompt), seed: seeds[at] ?? 0, model });
          const tokens = encode(text);
          const finish = text.endsWith('…') ? 'length' : 'stop';
          return { tokens, logprobs: tokens.map(() => -0.1), text, finish, policy: model } as const;
        });
      },
    },
    async trainStep(order) {
      made.push(order);
      const manifest = `manifest of step ${order.step} on ${order.batch.sha256}`;
      const metrics = { loss: -0.1, grad_norm: 0.5, kl: 0, entropy: 0.4 };
      return { checkpoint: `step-${order.step}`, manifest, weights: manifest, metrics, seconds: 0.1 };
    },
    async publish({ run, step }) {
      const model = `${run}-v${step}`;
      published.push(model);
      served.add(model);
      return { model, version: step };
    },
  };
}
