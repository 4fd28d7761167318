/**
 * A server as a child process, one JSON message a line (ours, beside the client's own): its own process group, so that
 * what npx or uvx started ends with it; an upper bound on one message, of which a longer one is read past; lines that are
 * no message are counted and shown, never taken for one; the end of stderr is kept for whoever has to say what went wrong.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  deserializeMessage,
  type JSONRPCMessage,
  serializeMessage,
  type Transport,
} from '@modelcontextprotocol/client';
import { TailText } from './tail-text.ts';

export interface ChildCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Most bytes of one message. */
  readonly largestMessage: number;
  /** Told of every message that was larger. */
  readonly tooLarge: () => void;
  /** Told of the process, which leads a group of its own. */
  readonly spawned: (pid: number) => Promise<void>;
}

/** How the child stands, for messages about it. */
export interface ChildReport {
  /** How it ended by itself. */
  readonly exit: string | undefined;
  readonly stderr: string;
  /** Lines on stdout that were no message, and the first of them. */
  readonly noise: number;
  readonly noiseSample: string;
  /** The program itself could not be started. */
  readonly spawnError: Error | undefined;
}

const newline = 0x0a;
/** Time for a server to end by itself once its stdin is closed. */
const graceMs = 1_000;

export class ChildTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: Transport['onmessage'];
  readonly #command: ChildCommand;
  readonly #stderr = new TailText(4_000);
  #child: ChildProcess | undefined;
  #exited: Promise<void> = Promise.resolve();
  #closing = false;
  #parts: Buffer[] = [];
  #bytes = 0;
  /** Reading past the rest of a message that is too large. */
  #skipping = false;
  #report: Omit<ChildReport, 'stderr'> = {
    exit: undefined,
    noise: 0,
    noiseSample: '',
    spawnError: undefined,
  };

  constructor(command: ChildCommand) {
    this.#command = command;
  }

  get report(): ChildReport {
    return { ...this.#report, stderr: this.#stderr.text };
  }

  async start(): Promise<void> {
    const { command, args, env, cwd } = this.#command;
    const child = spawn(command, [...args], { cwd, env, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    this.#child = child;
    this.#exited = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        // An end that we brought about says nothing about the server.
        if (!this.#closing) this.#note({ exit: signal === null ? `code ${code}` : `signal ${signal}` });
        resolve();
        this.onclose?.();
      });
    });
    // A pipe that breaks is told by the end of the process.
    child.stdin?.on('error', () => undefined);
    child.stdout?.on('data', (chunk: Buffer) => this.#read(chunk));
    child.stderr?.on('data', (chunk: Buffer) => this.#stderr.add(chunk));
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (error) => {
        this.#note({ spawnError: error });
        reject(error);
      });
    });
    if (child.pid !== undefined) await this.#command.spawned(child.pid);
  }

  async send(message: JSONRPCMessage): Promise<void> {
    const stdin = this.#child?.stdin;
    if (stdin === null || stdin === undefined || !stdin.writable) throw new Error('the server takes no more input');
    if (!stdin.write(serializeMessage(message))) await new Promise((resolve) => stdin.once('drain', resolve));
  }

  /** Waits for the end of the process, at most so long. */
  async ended(mostMs: number): Promise<void> {
    await Promise.race([this.#exited, pause(mostMs)]);
  }

  /** Ends the server: stdin first, then the whole group; returns when it is gone. */
  async close(): Promise<void> {
    this.#closing = true;
    const child = this.#child;
    if (child?.pid === undefined) return;
    child.stdin?.end();
    await Promise.race([this.#exited, pause(graceMs)]);
    killGroup(child.pid, 'SIGTERM');
    await Promise.race([this.#exited, pause(graceMs)]);
    // Also what outlived its parent: a group is only empty when nobody is left in it.
    killGroup(child.pid, 'SIGKILL');
    child.stdout?.destroy();
    child.stderr?.destroy();
    await Promise.race([this.#exited, pause(graceMs)]);
  }

  #note(more: Partial<ChildReport>): void {
    this.#report = { ...this.#report, ...more };
  }

  #read(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      this.#add(chunk.subarray(start, end));
      start = end + 1;
      const line = Buffer.concat(this.#parts).toString('utf8');
      this.#parts = [];
      this.#bytes = 0;
      if (!this.#skipping) this.#deliver(line);
      this.#skipping = false;
    }
    this.#add(chunk.subarray(start));
  }

  #add(part: Buffer): void {
    if (this.#skipping) return;
    this.#bytes += part.length;
    this.#parts.push(part);
    if (this.#bytes <= this.#command.largestMessage) return;
    this.#parts = [];
    this.#skipping = true;
    this.#command.tooLarge();
  }

  #deliver(line: string): void {
    if (line.trim() === '') return;
    let message: JSONRPCMessage;
    try {
      message = deserializeMessage(line);
    } catch {
      // Programs greet, log and draw banners on stdout; only who never answers is at fault.
      const { noise, noiseSample } = this.#report;
      this.#note({ noise: noise + 1, noiseSample: noiseSample || line.slice(0, 200) });
      return;
    }
    this.onmessage?.(message);
  }
}

function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody is left in the group.
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms).unref());
}
