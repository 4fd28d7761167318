/** Whose fault it is when a server cannot be asked, and what a person is told: one place, for child and HTTP servers. */
import { SdkErrorCode, SdkHttpError, UnauthorizedError } from '@modelcontextprotocol/client';
import { ToolServerError } from '../failures.ts';
import type { ChildReport } from './child-transport.ts';

/** What is known of the server when something went wrong. */
export interface FailureFacts {
  /** Server and address or command, as a message names it. */
  readonly server: string;
  readonly during: 'start' | 'request';
  /** What was being done, as a message says it: "listing tools". */
  readonly doing: string;
  /** Undefined for a server behind an address. */
  readonly child: ChildReport | undefined;
  readonly limitMs: number;
}

type Kind = 'NotStarted' | 'Died' | 'Timeout' | 'Unreachable' | 'Protocol' | 'Refused';

/** The error as a failure by class; one that already is stays as it is. */
export function classifyFailure(error: unknown, facts: FailureFacts): ToolServerError {
  if (error instanceof ToolServerError) return named(error, facts);
  const { child, during } = facts;
  const kind = child === undefined ? kindOfRemote(error, during) : kindOfChild(error, child, during);
  return new ToolServerError(kind, messageOf(kind, error, facts), { cause: error });
}

function kindOfChild(error: unknown, child: ChildReport, during: FailureFacts['during']): Kind {
  if (child.spawnError !== undefined) return 'NotStarted';
  if (child.exit !== undefined) return during === 'start' ? 'NotStarted' : 'Died';
  // A server that greets on stdout and then works is fine; one that only ever makes noise is none.
  if (codeOf(error) === SdkErrorCode.RequestTimeout)
    return during === 'start' && child.noise > 0 ? 'Protocol' : 'Timeout';
  return typeof codeOf(error) === 'number' ? 'Refused' : 'Protocol';
}

function kindOfRemote(error: unknown, during: FailureFacts['during']): Kind {
  const code = codeOf(error);
  if (code === SdkErrorCode.RequestTimeout) return 'Timeout';
  if (typeof code === 'number') return 'Refused';
  const status = statusOf(error);
  // Servers forget sessions that were idle for long: the next try opens another one.
  if (status === 404 && during === 'request') return 'Unreachable';
  if (status !== undefined) return refuses(status) ? 'Refused' : 'Unreachable';
  if (code === SdkErrorCode.InvalidResult) return 'Protocol';
  return error instanceof SyntaxError ? 'Protocol' : 'Unreachable';
}

/** Whether a status says that the request was understood and not carried out. */
function refuses(status: number): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

/** Whether an error may come from the end of a child, which is told a moment after its pipes broke. */
export function mayBeDeath(error: unknown): boolean {
  const code = codeOf(error);
  if (error instanceof ToolServerError || typeof code === 'number') return false;
  return code !== SdkErrorCode.RequestTimeout && code !== SdkErrorCode.InvalidResult;
}

/** What was found out further inside, with the name of the server. */
function named(error: ToolServerError, { server, doing }: FailureFacts): ToolServerError {
  if (error.kind !== 'TooLarge') return error;
  return new ToolServerError('TooLarge', `${server} ${error.message} while ${doing}`, { cause: error });
}

/** An error that the server itself sent: what it says, without the words our client puts before it. */
export function wordsOfServer(error: unknown): string | undefined {
  const cause = error instanceof ToolServerError ? error.cause : error;
  if (!(cause instanceof Error) || typeof codeOf(cause) !== 'number') return undefined;
  return cause.message.replace(/^MCP error -?\d+: /, '');
}

/** A result that arrived and is none: no object, or of a kind that nobody knows. */
export function isBrokenResult({ cause }: ToolServerError): boolean {
  const code = codeOf(cause);
  return code === SdkErrorCode.InvalidResult || code === SdkErrorCode.UnsupportedResultType;
}

const noWay = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** Whether a request that failed surely never reached its server. */
export function neverArrived(error: unknown): boolean {
  if (error instanceof ToolServerError && error.kind === 'Refused') return true;
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (noWay.has(String(codeOf(cause))) || refuses(statusOf(cause) ?? 0)) return true;
  }
  return false;
}

function messageOf(kind: Kind, error: unknown, { server, doing, child, limitMs }: FailureFacts): string {
  const said = error instanceof Error ? error.message : String(error);
  const what: Readonly<Record<Kind, string>> = {
    NotStarted: `did not start: ${child?.exit === undefined || child.spawnError !== undefined ? spawnText(error, said) : `it ended with ${child.exit}`}`,
    Died: `died while ${doing}: it ended with ${child?.exit ?? 'nothing said'}`,
    Timeout: `gave no answer within ${limitMs / 1000} s while ${doing}`,
    Unreachable: `cannot be reached: ${said}`,
    Protocol: `does not speak MCP while ${doing}: ${said}`,
    Refused: `refuses while ${doing}: ${said}`,
  };
  return `${server} ${what[kind]}${wordsOf(child)}`;
}

/** The usual reason, which no retry mends: the stack was started from a shell that did not have the command. */
function spawnText(error: unknown, said: string): string {
  const [, command] = codeOf(error) === 'ENOENT' ? (/^spawn (\S+) ENOENT$/.exec(said) ?? []) : [];
  if (command === undefined) return said;
  return `the command "${command}" is not on the PATH of the worker. Install it, then start the stack again from a shell that has it: astra down, astra up`;
}

/** What the child itself said, in either of its streams. */
function wordsOf(child: ChildReport | undefined): string {
  if (child === undefined) return '';
  const noise =
    child.noise > 0 ? `; ${child.noise} lines on stdout were no message, the first: ${child.noiseSample}` : '';
  const stderr = child.stderr !== '' ? `; stderr ends with: ${child.stderr.slice(-800)}` : '';
  return `${noise}${stderr}`;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/** HTTP status of an answer that was refused. */
function statusOf(error: unknown): number | undefined {
  if (SdkHttpError.isInstance(error)) return error.data?.status;
  return UnauthorizedError.isInstance(error) ? 401 : undefined;
}
