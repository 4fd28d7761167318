/** A stack of its own for a bench: own home and ports, embedded parts only; stopped at the end, and deleted unless it is kept. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import type { Pool } from 'pg';
import { startStack, stopStack } from '../../infra/stack.ts';
import { migrate } from '../../src/activities/store/migrate.ts';
import { createPool } from '../../src/activities/store/pool.ts';
import type { StackFile } from '../../src/config/stack-file.ts';
import type { TrainerNeed } from '../../src/domain/run/trainer-need.ts';
import { treeTime } from './processor-time.ts';

export interface BenchStack {
  readonly home: string;
  readonly address: string;
  readonly namespace: string;
  readonly client: Client;
  readonly pool: Pool;
  /** Every reply of the teacher takes this much longer. */
  setLatency(latencyMs: number): Promise<void>;
  processorTime(): ProcessorTime;
}

/** Processor seconds since the start of each part. */
export interface ProcessorTime {
  /** The worker process without its children. */
  readonly worker: number;
  readonly temporal: number;
  readonly postgres: number;
  /** Python below the worker. */
  readonly sandbox: number;
  readonly teacher: number;
}

export interface StackWish {
  /** A trainer that the bench has started itself. */
  readonly trainerUrl?: string;
  /** A folder that stays, so that the next start goes on; absent: a fresh one that is deleted. */
  readonly home?: string;
  readonly trainer?: TrainerNeed;
  /** What a signal does instead of ending the bench: the work comes to an early end by itself. */
  readonly onSignal?: () => void;
}

/** Starts the stack, does the work, stops the stack; also when a signal ends the bench. */
export async function withStack<T>(work: (stack: BenchStack) => Promise<T>, wish: StackWish = {}): Promise<T> {
  const home = wish.home ?? mkdtempSync(join(tmpdir(), 'astra-bench-'));
  if (wish.home !== undefined) mkdirSync(home, { recursive: true });
  chmodSync(home, 0o755); // Postgres may run under an account of its own
  const kept = wish.home !== undefined || process.env['ASTRA_BENCH_KEEP'] !== undefined;
  const stop = async (): Promise<void> => {
    await stopStack(home);
    if (!kept) rmSync(home, { recursive: true, force: true });
  };
  const leave = wish.onSignal ?? ((): void => void stop().finally(() => process.exit(130)));
  process.once('SIGINT', leave).once('SIGTERM', leave);
  try {
    const state = await startStack({
      home,
      env: {
        ...embeddedOnly(process.env),
        ...(wish.trainerUrl !== undefined && { ASTRA_TRAINER_URL: wish.trainerUrl }),
      },
      migrate: async (url) => void (await migrate(url)),
      trainer: wish.trainer ?? 'none',
    });
    return await connected(home, state, work);
  } finally {
    await stop();
    process.off('SIGINT', leave).off('SIGTERM', leave);
  }
}

/** The environment without the variables that name somebody else's servers. */
function embeddedOnly(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const outside = [
    'DATABASE_URL',
    'TEMPORAL_ADDRESS',
    'TEMPORAL_PROFILE',
    'TEMPORAL_CONFIG_FILE',
    'TEMPORAL_NAMESPACE',
  ];
  const dropped = new Set([
    ...outside,
    'OPENAI_BASE_URL',
    'OPENAI_API_KEY',
    'OPENAI_MODEL',
    'ASTRA_HOME',
    'ASTRA_TRAINER_URL',
  ]);
  return Object.fromEntries(Object.entries(env).filter(([name]) => !dropped.has(name)));
}

async function connected<T>(home: string, state: StackFile, work: (stack: BenchStack) => Promise<T>): Promise<T> {
  const { temporal, postgres, teacher } = state;
  if (temporal === undefined || postgres === undefined || teacher === undefined)
    throw new Error(`the stack in ${home} lacks a part: ${JSON.stringify(Object.keys(state))}`);
  const { address, namespace } = temporal;
  const connection = await Connection.connect({ address });
  const pool = createPool({ connectionString: postgres.url, applicationName: 'astra-bench', max: 2 });
  try {
    return await work({
      home,
      address,
      namespace,
      client: new Client({ connection, namespace }),
      pool,
      setLatency: (latencyMs) => setLatency(teacher.baseUrl, latencyMs),
      processorTime: () => processorTime(state),
    });
  } finally {
    await pool.end();
    await connection.close();
  }
}

async function setLatency(baseUrl: string, latencyMs: number): Promise<void> {
  const response = await fetch(new URL('/control', baseUrl), { method: 'POST', body: JSON.stringify({ latencyMs }) });
  if (!response.ok) throw new Error(`the teacher refused a latency of ${latencyMs} ms: ${await response.text()}`);
}

function processorTime({ processes }: StackFile): ProcessorTime {
  const of = (part: string): { own: number; below: number } => treeTime(processes[part]?.pid ?? 0);
  const whole = (part: string): number => of(part).own + of(part).below;
  const worker = of('worker-all');
  return {
    worker: worker.own,
    sandbox: worker.below,
    temporal: whole('temporal'),
    postgres: whole('postgres'),
    teacher: whole('teacher'),
  };
}

/** What each part used between two readings. */
export function spent(before: ProcessorTime, after: ProcessorTime): ProcessorTime {
  return {
    worker: after.worker - before.worker,
    temporal: after.temporal - before.temporal,
    postgres: after.postgres - before.postgres,
    sandbox: after.sandbox - before.sandbox,
    teacher: after.teacher - before.teacher,
  };
}
