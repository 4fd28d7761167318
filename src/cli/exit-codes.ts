/** What a command's exit code says (a promise to scripts), and which error gets which. */
import { ConfigError } from '../config/config-error.ts';

export const exitCodes = { done: 0, notRight: 1, wrongInput: 2, unreachable: 3, interrupted: 130 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Wrong use of a command: what, where, got, expected, what to do in one message. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/** A part of the stack does not answer; `todo` is what to type. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

/** Codes of sockets and of Postgres that mean "not there now". */
const networkCodes = /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|57P0[123]|08\d{3})$/;
/** gRPC: UNAVAILABLE and DEADLINE_EXCEEDED. */
const grpcCodes: readonly unknown[] = [14, 4];

/** Failure types that say the user named or gave something that is not right. */
const wrongInputTypes = /^(Config\.|Store\.NotFound$)/;

/** The exit code an error ends a command with; what is not known to be the user's or the network's is 1. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof ConfigError || error instanceof InputError) return exitCodes.wrongInput;
  if (isUnreachable(error)) return exitCodes.unreachable;
  if (nameOf(error) === 'AbortError') return exitCodes.interrupted;
  return wrongInputTypes.test(failureType(error)) ? exitCodes.wrongInput : exitCodes.notRight;
}

/** True when an error, or one it was caused by, says that nobody answered. */
export function isUnreachable(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof UnreachableError || failureType(cause) === 'Store.Unavailable') return true;
    if (hasNetworkCode(cause)) return true;
    if (cause instanceof AggregateError && cause.errors.some(isUnreachable)) return true;
  }
  return false;
}

function hasNetworkCode(error: Error): boolean {
  const code: unknown = Reflect.get(error, 'code');
  if (typeof code === 'string') return networkCodes.test(code);
  return grpcCodes.includes(code) && 'metadata' in error;
}

function failureType(error: unknown): string {
  const type: unknown = error instanceof Error ? Reflect.get(error, 'type') : undefined;
  return typeof type === 'string' ? type : '';
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}
