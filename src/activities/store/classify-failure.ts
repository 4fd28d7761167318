/** Which StoreError an error of Postgres is: may it be repeated, does it contradict the data, or is the value refused. */
import { StoreError } from '../failures.ts';

const connectionCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ENOENT',
  'EHOSTUNREACH',
]);

/** SQLSTATE classes (first two characters) after which the same statement may succeed later. */
const passingClasses = new Set(['08', '28', '3D', '40', '53', '55', '57', '58']);

/** What the server says when a migration is missing: no such table, function or column. */
const missingCodes = new Set(['42P01', '42883', '42703']);

/** A StoreError for everything Postgres or the driver reports; other errors pass as they are. */
export function classifyDatabaseError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof StoreError) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const known = connectionCodes.has(code) || isDriverConnectionError(error) ? connectionLost : byState(code);
  return known === undefined ? error : known(error, code);
}

type Classified = (error: Error, code: string) => StoreError;

function byState(code: string): Classified | undefined {
  if (missingCodes.has(code)) return notMigrated;
  const family = code.slice(0, 2);
  if (passingClasses.has(family)) return busy;
  if (family === '23') return contradiction;
  return family === '22' ? refusedValue : undefined;
}

const connectionLost: Classified = (cause, code) =>
  new StoreError('Unavailable', `Postgres cannot be reached: ${cause.message || code}`, { cause });

const busy: Classified = (cause, code) =>
  new StoreError('Unavailable', `Postgres could not serve the statement (${code}): ${cause.message}`, { cause });

const notMigrated: Classified = (cause) =>
  new StoreError('Unavailable', `The database is not of this version: ${cause.message}. Run \`astra migrate\`.`, {
    cause,
  });

const refusedValue: Classified = (cause, code) =>
  new StoreError('BadInput', `Postgres refuses a value (${code}): ${cause.message}`, { cause });

const contradiction: Classified = (cause) => {
  const detail = 'detail' in cause && typeof cause.detail === 'string' ? ` ${cause.detail}` : '';
  return new StoreError('Constraint', `The write contradicts what is stored: ${cause.message}.${detail}`, { cause });
};

/** The driver's own connection errors carry no code, only these texts; several failed addresses come as one error. */
function isDriverConnectionError(error: Error): boolean {
  const texts =
    /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered|Client was closed)/;
  return error instanceof AggregateError || texts.test(error.message);
}
