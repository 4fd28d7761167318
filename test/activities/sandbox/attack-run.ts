import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CallOptions, CallResult, EnvRef, OwnedSandbox } from '../../../src/activities/sandbox/contract.ts';
import type { Attack, Targets } from './attack-list.ts';
import { armed } from './attack-list.ts';
import type { Backend } from './backends.ts';
import { overHttp, processPerCall, zygotes } from './backends.ts';

const secret = 'the secret of this host';

/** One backend at one level, and how its calls are made: alone, in doubles of a template, or in an episode. */
export type Way = Backend & { shape: 'call' | 'template' | 'episode' };

export const singleCalls: Way[] = zygotes.map((backend) => ({ ...backend, shape: 'call' }));
const otherBackends: Way[] = [processPerCall, overHttp].map((backend) => ({ ...backend, shape: 'call' }));
const shaped = (shape: Way['shape']): Way[] =>
  zygotes.map((backend) => ({ ...backend, name: `${shape}, ${backend.name}`, shape }));
export const templates = shaped('template');
export const episodes = shaped('episode');
export const allWays: Way[] = [...singleCalls, ...templates, ...episodes, ...otherBackends];

/** What an attack on this host aims at, and whether it was hit. */
export class Target {
  readonly #connections: string[] = [];
  readonly #server = createServer((socket) => {
    this.#connections.push('connection');
    socket.destroy();
  });
  targets: Targets = { port: 0, secretFile: '', tempFolder: '', python: '/usr/bin/python3' };

  async open(): Promise<void> {
    const tempFolder = await mkdtemp(path.join(tmpdir(), 'attacks-'));
    const secretFile = path.join(tempFolder, 'secret.txt');
    await writeFile(secretFile, secret, { mode: 0o644 });
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    // A server that listens on a port has an AddressInfo, a string only for a pipe.
    const { port } = this.#server.address() as AddressInfo;
    this.targets = { ...this.targets, port, secretFile, tempFolder };
    process.env['SECRET_TOKEN'] = secret;
  }

  async close(): Promise<void> {
    delete process.env['SECRET_TOKEN'];
    this.#server.close();
    await rm(this.targets.tempFolder, { recursive: true });
  }

  async assertUnchanged(): Promise<void> {
    assert.deepEqual(this.#connections, [], 'the network was reached');
    assert.deepEqual(await readdir(this.targets.tempFolder), ['secret.txt'], 'a file was written');
    assert.equal(await readFile(this.targets.secretFile, 'utf8'), secret, 'a file was changed');
  }
}

/** A call of somebody else on the same sandbox, right before and after an attack. */
export async function assertNextIsRight(way: Way, sandbox: OwnedSandbox, next: EnvRef): Promise<void> {
  const args = { s: `CANARY-${'x'.repeat(40)}` };
  for (const result of await made(way, sandbox, { env: next, args, options: {} })) {
    assert.deepEqual(result.value, [2, 49], `the next call was wrong: ${JSON.stringify(result)}`);
  }
}

export const nextSource = 'import math, json\ndef f(s): return [math.sqrt(4), len(json.dumps(s))]';

/** Runs one attack; throws where a call of it ended otherwise than it may. Returns how its calls ended. */
export async function attacked(way: Way, sandbox: OwnedSandbox, [attack, target]: [Attack, Target]): Promise<string> {
  const { cpuMs = 150, memMb = 512 } = attack.options ?? {};
  const env = await sandbox.load(armed(attack, target.targets));
  const expected = [attack.status ?? 'ok'].flat();
  // Only what is meant to hang waits for the wall: a busy machine must not turn another attack into a timeout.
  const wallMs = expected.includes('timeout') ? 300 + cpuMs * 2 : 20_000;
  const results = await made(way, sandbox, { env, args: {}, options: { cpuMs, memMb, wallMs } });
  // A frame that a tool forged has no hashes, and an episode takes none without.
  const judged = way.shape === 'episode' ? results.filter(({ status }) => status !== 'bad_result') : results;
  for (const result of judged) assertHeld(attack, result);
  return [...new Set(results.map(({ status }) => status))].join(', ');
}

function assertHeld(attack: Attack, result: CallResult): void {
  const shown = JSON.stringify(result).slice(0, 500);
  assert.ok([attack.status ?? 'ok'].flat().includes(result.status), shown);
  if (attack.value !== undefined) assert.deepEqual(result.value, attack.value, shown);
  const whenOk = result.status === 'ok' ? attack.value_when_ok : undefined;
  if (whenOk !== undefined) assert.deepEqual(result.value, whenOk, shown);
  assert.ok(!JSON.stringify(result).includes(secret), 'the secret got out');
}

type Making = { env: EnvRef; args: Record<string, string>; options: CallOptions };

async function made(way: Way, sandbox: OwnedSandbox, { env, args, options }: Making): Promise<CallResult[]> {
  const { shape } = way;
  if (shape === 'call') return [await sandbox.call(env, 'f', args, options)];
  // From the third call of a list on, a zygote makes a template; the first of these three is forked from it too.
  if (shape === 'template')
    return sandbox.callMany(
      env,
      [1, 2, 3].map(() => ({ fn: 'f', args })),
      options,
    );
  const episode = await sandbox.open(env, options);
  const forks = await episode.fork(1);
  try {
    const [fork] = forks;
    return fork ? [await episode.call('f', args), await fork.call('f', args)] : [];
  } finally {
    for (const one of [episode, ...forks]) one.close();
  }
}
