/**
 * How activities fail (ours): one error class per boundary, one list of failure types, one mapping to Temporal.
 * Workflow code compares the type string; classes do not survive serialization.
 */

import { CompleteAsyncError } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { type FailureType, failureTypes } from './failure-types.ts';

export { failureTypes };

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
