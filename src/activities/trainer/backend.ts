/**
 * What training needs of whoever trains (method §9, §10): an address behind one interface. A step is a value: the same
 * parent, batch and settings give the same child, so every verb may be repeated.
 */
import type { JsonObject } from '../../domain/json.ts';
import type { BatchRow } from '../../domain/rl/training-batch.ts';
import type { Rl } from '../../domain/run/training/schema.ts';
import type { ServedPolicy, Weights } from './contract.ts';

export interface SampledTurn {
  readonly tokens: readonly number[];
  readonly logprobs: readonly number[];
  readonly text: string;
  readonly finish: 'stop' | 'length';
  /** Name of the weights that sampled it. */
  readonly policy: string;
}

export interface CompletionOrder {
  readonly model: string;
  readonly prompts: readonly (readonly number[])[];
  /** One per prompt. */
  readonly seeds: readonly number[];
  readonly maxTokens: number;
  readonly temperature: number;
  readonly signal: AbortSignal | undefined;
}

/** Sampling with token ids: nothing of a history is ever rendered twice. */
export interface Sampler {
  /** Tokens that one trajectory may have. */
  contextOf(model: string): Promise<number>;
  /** The first prompt of a conversation. */
  render(
    model: string,
    conversation: { messages: readonly JsonObject[]; tools: readonly JsonObject[] },
  ): Promise<number[]>;
  /** What follows a completed turn: the messages and the opening of the next turn. */
  bridge(model: string, messages: readonly JsonObject[]): Promise<number[]>;
  /** One turn per prompt, in order. Fails with Trainer.StalePolicy when the policy is not served. */
  complete(order: CompletionOrder): Promise<SampledTurn[]>;
}

export interface StepOrder {
  /** Name of the run at the trainer. */
  readonly run: string;
  readonly step: number;
  readonly start: Weights;
  /** Manifest of the parent: the step before, or the start. */
  readonly parent: string;
  readonly batch: { readonly path: string; readonly sha256: string };
  /** What is in the file, for backends that are sent the tokens. */
  readonly rows: readonly BatchRow[];
  readonly loss: Rl['loss'];
  readonly optimizer: Rl['optimizer'];
  readonly temperature: number;
  readonly signal: AbortSignal | undefined;
}

export interface PublishOrder {
  readonly run: string;
  readonly step: number;
  readonly start: Weights;
  /** Of the weights to serve. */
  readonly manifest: string;
}

export interface StepResult {
  readonly checkpoint: string;
  readonly manifest: string;
  readonly weights: string;
  /** Loss, gradient norm, divergence and the like, as the trainer names them. */
  readonly metrics: { readonly [name: string]: number };
  readonly seconds: number;
  /** Its seconds by part, where it tells them. */
  readonly timings?: { readonly [part: string]: number };
}

/** With the hash of the weights alone, or what stands for it where nobody tells one. */
export type IdentifiedWeights = Weights & { readonly weights: string };

export interface TrainerBackend {
  readonly sampler: Sampler;
  /** Manifest hash behind a model name. */
  identify(model: string): Promise<IdentifiedWeights>;
  /** Makes the step or answers the one that was made. `beat` is told how far it is. */
  trainStep(order: StepOrder, beat: (phase: string) => void): Promise<StepResult>;
  publish(order: PublishOrder): Promise<ServedPolicy>;
}
