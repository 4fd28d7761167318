/** Background processes of the stack: started with a log file, known by pid and start time, stopped without surprises. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process that is still the one meant after a restart of this program: a pid alone is reused by the system. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque mark of when the process started; compared, never computed with. */
  readonly started: string;
}

export interface PartCommand {
  /** Named in messages. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly logFile: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Run as this account (only root may). */
  readonly account?: { readonly uid: number; readonly gid: number };
  /** true: the process outlives us, in a session of its own. false: it is killed when we exit. */
  readonly detached: boolean;
}

/** Starts a process whose output goes to its log file, never to our pipes: an orphan must not hold a CI step open. */
export async function spawnPart(part: PartCommand): Promise<ProcessIdentity> {
  mkdirSync(dirname(part.logFile), { recursive: true });
  rotateLog(part.logFile);
  const log = openSync(part.logFile, 'a');
  try {
    const child = spawn(part.command, part.args, {
      stdio: ['ignore', log, log],
      detached: part.detached,
      env: part.env ?? process.env,
      ...(part.cwd === undefined ? {} : { cwd: part.cwd }),
      ...part.account,
    });
    const pid = await spawnedPid(child, part);
    if (part.detached) child.unref();
    else killWithUs(child);
    return { pid, started: startMark(pid) ?? 'ended' };
  } finally {
    closeSync(log);
  }
}

const MAX_LOG_BYTES = 16 * 1024 * 1024;

function rotateLog(logFile: string): void {
  if (existsSync(logFile) && statSync(logFile).size > MAX_LOG_BYTES) renameSync(logFile, `${logFile}.old`);
}

async function spawnedPid(child: ChildProcess, part: PartCommand): Promise<number> {
  // A failed spawn arrives as an 'error' event; without a listener it ends the whole program.
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) =>
      reject(new Error(`${part.name} could not be started: ${part.command}: ${cause.message}`, { cause })),
    );
  });
  child.on('error', () => undefined); // later errors are about signals; the exit shows them
  if (child.pid === undefined) throw new Error(`${part.name} started without a pid`);
  return child.pid;
}

function killWithUs(child: ChildProcess): void {
  const kill = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
}

/** True while exactly this process runs; false for a zombie and for a stranger that got the same pid. */
export function isRunning(identity: ProcessIdentity): boolean {
  return identity.pid > 0 && startMark(identity.pid) === identity.started;
}

/** The identity of a running pid, or undefined when nothing runs under it. */
export function identify(pid: number): ProcessIdentity | undefined {
  const started = startMark(pid);
  return started === undefined ? undefined : { pid, started };
}

function startMark(pid: number): string | undefined {
  if (existsSync('/proc/self/stat')) return linuxStartMark(pid);
  const ps = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
  return ps.status === 0 && ps.stdout.trim() !== '' ? ps.stdout.trim() : undefined;
}

function linuxStartMark(pid: number): string | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined; // no such process
  }
  // The name in brackets may hold anything; fields are counted after it. State is field 3, start time field 22.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
}

export interface StopOptions {
  /** First, friendly signal. */
  readonly signal?: NodeJS.Signals;
  /** Milliseconds until SIGKILL. */
  readonly graceMs?: number;
}

/** Ends a process and waits until it is gone; a process that is not the one meant is left alone. */
export async function stopProcess(identity: ProcessIdentity, options: StopOptions = {}): Promise<void> {
  if (!sendSignal(identity, options.signal ?? 'SIGTERM')) return;
  if (await isGone(identity, options.graceMs ?? 10_000)) return;
  sendSignal(identity, 'SIGKILL');
  if (!(await isGone(identity, 10_000))) throw new Error(`process ${identity.pid} does not end, even by SIGKILL`);
}

function sendSignal(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isRunning(identity)) return false;
  try {
    return process.kill(identity.pid, signal);
  } catch (error) {
    if (!isRunning(identity)) return false;
    throw error;
  }
}

async function isGone(identity: ProcessIdentity, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (isRunning(identity)) {
    if (Date.now() > deadline) return false;
    await sleep(20);
  }
  return true;
}

export interface ReadyCheck {
  readonly name: string;
  readonly identity: ProcessIdentity;
  readonly logFile: string;
  readonly timeoutMs: number;
  /** Resolves to true once the part serves. */
  isReady(): Promise<boolean>;
}

/** Waits until a part serves; one message with the end of its log when it ended or took too long. */
export async function waitUntilReady(check: ReadyCheck): Promise<void> {
  const deadline = Date.now() + check.timeoutMs;
  while (!(await check.isReady())) {
    const ended = !isRunning(check.identity);
    if (ended || Date.now() > deadline) {
      const what = ended ? 'ended while starting' : `did not answer within ${Math.round(check.timeoutMs / 1000)} s`;
      throw new Error(`${check.name} ${what}. End of ${check.logFile}:\n${logTail(check.logFile)}`);
    }
    await sleep(20);
  }
}

/** The last lines of a log, for messages; never fails. */
export function logTail(logFile: string, lines = 12): string {
  if (!existsSync(logFile)) return '(no log)';
  const all = readFileSync(logFile, 'utf8').trimEnd().split('\n');
  return all
    .slice(-lines)
    .map((line) => line.slice(0, 400))
    .join('\n');
}
