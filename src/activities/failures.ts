/**
 * How activities fail (ours): one error class per boundary, one list of failure types, one mapping to Temporal.
 * Workflow code compares the type string; classes do not survive serialization.
 */

import { CompleteAsyncError } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';

/** Every failure type an activity can end with. A persisted interface: histories and stored outcomes hold these names. */
export const failureTypes = {
  'Provider.RateLimit': { retried: true, means: 'HTTP 429: the endpoint asks for fewer calls; waits as it says' },
  'Provider.Unavailable': {
    retried: true,
    means: 'no connection, timeout, 408, 409, 5xx, or a body that is no answer',
  },
  'Provider.Auth': {
    retried: true,
    means: '401 or 403: the key is missing or refused; the queue closes until it works',
  },
  'Provider.Quota': { retried: true, means: 'the account is out of credit; the queue closes until it is not' },
  'Provider.BadRequest': { retried: false, means: 'the endpoint refuses the request as it is' },
  'Provider.ModelNotFound': { retried: false, means: 'the endpoint does not know the model' },
  'Provider.ContextTooLong': { retried: false, means: 'prompt and answer do not fit the context of the model' },
  'Provider.ContentFilter': { retried: false, means: 'the provider or the model refuses to answer' },
  'Provider.Budget': { retried: false, means: "the run's cap on money or tokens is reached" },
  'Provider.BudgetHeld': { retried: true, means: 'what is left of the cap is set aside for calls in flight' },
  'ModelOutput.Invalid': { retried: false, means: 'a stored reply no longer fits its schema' },
  'Sandbox.Infra': { retried: true, means: 'the sandbox itself failed; the code in it is not to blame' },
  'Sandbox.Policy': { retried: false, means: 'the sandbox is weaker than the caller allows' },
  'ToolServer.NotStarted': { retried: true, means: 'the program of a tool server ended before it answered' },
  'ToolServer.Died': { retried: true, means: 'a tool server ended in the middle of a request' },
  'ToolServer.Timeout': { retried: true, means: 'a tool server gave no answer in time' },
  'ToolServer.Unreachable': { retried: true, means: 'no connection to the address of a tool server' },
  'ToolServer.Protocol': { retried: false, means: 'a tool server answers with what is not MCP' },
  'ToolServer.TooLarge': { retried: false, means: 'a tool server sends more than may be kept in memory' },
  'ToolServer.Refused': { retried: false, means: 'a tool server answers with an error' },
  'ToolServer.NotRecorded': { retried: false, means: 'a call is on no recording, and no server may be started' },
  'ToolServer.Drift': { retried: false, means: 'a tool server no longer answers as it is recorded' },
  'ToolServer.EffectUnknown': {
    retried: false,
    means: 'a call was cut off, and nobody can say whether it had its effect',
  },
  'ToolServer.Config': { retried: false, means: 'the entry of a tool server cannot be carried out here' },
  'Trainer.Unavailable': { retried: true, means: 'the trainer gives no answer, is starting, or failed inside' },
  'Trainer.StalePolicy': { retried: false, means: 'the policy is not served: publish it again, then sample again' },
  'Trainer.ConfigInvalid': { retried: false, means: 'the trainer refuses the request as it is' },
  'Trainer.ModelNotFound': { retried: false, means: 'the trainer does not know the model, or its package is missing' },
  'Trainer.Conflict': { retried: false, means: 'the same key was used before with another content' },
  'Trainer.BatchInvalid': { retried: false, means: 'the trainer refuses the batch' },
  'Trainer.DatasetInvalid': { retried: false, means: 'the trainer refuses the rows for SFT' },
  'Trainer.GradientNotFinite': { retried: false, means: 'a step gave NaN or infinity; no weight was written' },
  'Trainer.JobFailed': { retried: false, means: 'a training job ended without a model' },
  'Trainer.OutOfMemory': { retried: false, means: 'the trainer has not the memory or the disk for the step' },
  'Trainer.CheckpointCorrupt': { retried: false, means: 'a checkpoint does not have the hash it was made with' },
  'Trainer.Protocol': { retried: false, means: 'the trainer answers with what is not its contract' },
  'Store.Unavailable': { retried: true, means: 'Postgres is away or busy' },
  'Store.NotFound': { retried: false, means: 'a run, item or body is not in the store' },
  'Store.Constraint': { retried: false, means: 'the write contradicts what is stored' },
  'Store.BadInput': { retried: false, means: 'the store refuses the value' },
  'Prompt.Invalid': { retried: false, means: 'a prompt, its facts or its inputs do not fit its contract' },
  'Config.Invalid': { retried: false, means: 'the configuration breaks a rule' },
  'Config.Changed': { retried: false, means: 'the run exists with another configuration' },
  'Domain.Invalid': { retried: false, means: 'stored data breaks a rule of the method' },
  'Internal.Unexpected': { retried: false, means: 'an error that no boundary has classified: a defect of ours' },
} as const;
export type FailureType = keyof typeof failureTypes;

type KindOf<Boundary extends string> = FailureType extends infer T
  ? T extends `${Boundary}.${infer Kind}`
    ? Kind
    : never
  : never;

interface ErrorDetails {
  readonly cause?: unknown;
}

/** What the classes below share: the failure type and, where the other side named one, the wait before the next try. */
abstract class ActivityError extends Error {
  readonly type: FailureType;
  readonly retryAfterMs: number | undefined;

  constructor(type: FailureType, message: string, details: ErrorDetails & { readonly retryAfterMs?: number } = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.type = type;
    this.retryAfterMs = details.retryAfterMs;
  }
}

export class ProviderError extends ActivityError {
  override readonly name = 'ProviderError';
  readonly kind: KindOf<'Provider'>;

  constructor(kind: KindOf<'Provider'>, message: string, details?: ErrorDetails & { readonly retryAfterMs?: number }) {
    super(`Provider.${kind}`, message, details);
    this.kind = kind;
  }
}

export class ModelOutputError extends ActivityError {
  override readonly name = 'ModelOutputError';

  constructor(message: string, details?: ErrorDetails) {
    super('ModelOutput.Invalid', message, details);
  }
}

export class SandboxError extends ActivityError {
  override readonly name = 'SandboxError';

  constructor(kind: KindOf<'Sandbox'>, message: string, details?: ErrorDetails) {
    super(`Sandbox.${kind}`, message, details);
  }
}

export class ToolServerError extends ActivityError {
  override readonly name = 'ToolServerError';
  readonly kind: KindOf<'ToolServer'>;

  constructor(kind: KindOf<'ToolServer'>, message: string, details?: ErrorDetails) {
    super(`ToolServer.${kind}`, message, details);
    this.kind = kind;
  }
}

export class TrainerError extends ActivityError {
  override readonly name = 'TrainerError';
  readonly kind: KindOf<'Trainer'>;

  constructor(kind: KindOf<'Trainer'>, message: string, details?: ErrorDetails) {
    super(`Trainer.${kind}`, message, details);
    this.kind = kind;
  }
}

export class StoreError extends ActivityError {
  override readonly name = 'StoreError';

  constructor(kind: KindOf<'Store'>, message: string, details?: ErrorDetails) {
    super(`Store.${kind}`, message, details);
  }
}

export class PromptError extends ActivityError {
  override readonly name = 'PromptError';

  constructor(message: string, details?: ErrorDetails) {
    super('Prompt.Invalid', message, details);
  }
}

export class ConfigError extends ActivityError {
  override readonly name = 'ConfigError';

  constructor(kind: KindOf<'Config'>, message: string, details?: ErrorDetails) {
    super(`Config.${kind}`, message, details);
  }
}

export class DomainError extends ActivityError {
  override readonly name = 'DomainError';

  constructor(message: string, details?: ErrorDetails) {
    super('Domain.Invalid', message, details);
  }
}

/**
 * The failure Temporal records. An error that no boundary has classified is not retried: an unknown defect must show
 * as a failed item, not loop for days. ApplicationFailures pass as they are.
 */
export function toApplicationFailure(error: unknown): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  const known = error instanceof ActivityError ? error : undefined;
  const type = known?.type ?? 'Internal.Unexpected';
  const cause = error instanceof Error ? error : new Error(`an activity threw ${typeof error} instead of an Error`);
  const delay = known?.retryAfterMs;
  return ApplicationFailure.create({
    type,
    message: cause.message,
    nonRetryable: !failureTypes[type].retried,
    cause,
    ...(delay !== undefined && { nextRetryDelay: delay }),
  });
}

/** The same activities, whose errors all leave as typed failures; cancellation and asynchronous completion pass. */
export function wrapActivities<Activities extends object>(activities: Activities): Activities {
  const wrapped = Object.entries(activities).map(([name, run]) => [name, wrapActivity(run)]);
  // Object.fromEntries forgets the names; every value keeps its own signature.
  return Object.fromEntries(wrapped) as Activities;
}

function wrapActivity(run: unknown): unknown {
  if (typeof run !== 'function') return run;
  return async (...args: unknown[]): Promise<unknown> => {
    try {
      return await run(...args);
    } catch (error) {
      if (error instanceof CancelledFailure || error instanceof CompleteAsyncError) throw error;
      throw toApplicationFailure(error);
    }
  };
}
