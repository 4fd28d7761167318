/**
 * Wall time of a run over conversations against the time of its calls. Real tool servers; the teacher answers after a fixed
 * latency. Each queue of models has its own limit, so no run can be shorter than the time of its busiest queue divided by
 * that limit: this is what the run is held against. The same stage by stage says how much of the rest the barriers of the
 * method cost (tasks are planned over all chains and chosen over all variants).
 */
import { join } from 'node:path';
import { query } from '../src/activities/store/pool.ts';
import { RunConfig } from '../src/domain/run/schema.ts';
import { taskQueues } from '../src/domain/run/task-queues.ts';
import {
  type Asked,
  askedOf,
  busiest,
  secondsBy,
  stageNames,
  stageSlots,
  workedSeconds,
} from './support/conversation-account.ts';
import { activitySpans, type Execution, readExecutions } from './support/histories.ts';
import { fixed, table } from './support/markdown.ts';
import { runToEnd } from './support/pipeline-run.ts';
import { type BenchStack, withStack } from './support/stack.ts';
import { waitsOf } from './support/stage-account.ts';

const goal = 1.25;
/** More than these servers give, so all there are; with fewer the set-up of chains and tasks weighs more. */
const episodes = Number(process.env['ASTRA_BENCH_EPISODES'] ?? 192);
const latencyMs = Number(process.env['ASTRA_BENCH_LATENCY_MS'] ?? 6000);
const concurrency = Number(process.env['ASTRA_BENCH_CONCURRENCY'] ?? 8);

/** Servers of the npm registry: nothing but Node is needed. Four keep state. */
const servers = ['filesystem', 'memory', 'taskmanager', 'shrimp', 'calc'];

const configs = join(import.meta.dirname, '../configs');

function configOf(seed: number, count: number, perServer: number): RunConfig {
  return RunConfig.parse({
    seed,
    models: { default: { concurrency } },
    trajectories: {
      servers: [
        { file: join(configs, '../infra/mcp-servers/real.json'), include: servers },
        { file: join(configs, 'data/library-tools.jsonl') },
      ],
      chains: { samples: 2, walks: 20, perServer },
      tasks: {
        augment: {
          modes: ['diverse', 'complicate', 'persona'],
          personas: { file: join(configs, 'data/personas.jsonl'), licence: 'Apache-2.0' },
        },
      },
      episodes: {
        count,
        perTask: 2,
        kinds: { single: 4, missing_parameter: 1, missing_tool: 1, changed_mind: 1, multi_request: 1 },
        failures: { liveRate: 0.05 },
      },
    },
  });
}

async function measure(stack: BenchStack): Promise<string> {
  // The packages of the servers are fetched here, and the worker's code is warm.
  await runToEnd(stack, 'warm', configOf(1, 8, 1));
  await stack.setLatency(latencyMs);
  const run = 'conversations';
  const wallSeconds = await runToEnd(stack, run, configOf(2, episodes, 4));
  const [asked, executions, counts] = [
    await askedOf(stack, run),
    await readExecutions(stack.client, run),
    await countsOf(stack, run),
  ];
  return report({ wallSeconds, asked, executions, counts });
}

interface Measured {
  readonly wallSeconds: number;
  readonly asked: readonly Asked[];
  readonly executions: readonly Execution[];
  readonly counts: Counts;
}

interface Counts {
  readonly judged: number;
  readonly played: number;
  readonly broken: number;
}

async function countsOf({ pool }: BenchStack, run: string): Promise<Counts> {
  const [row] = await query<Counts>(
    pool,
    `select count(*) filter (where kind = 'episode') as played,
       count(*) filter (where kind = 'episode' and status = 'ok') as judged,
       count(*) filter (where status in ('failed', 'quarantined')) as broken
     from item where run_id = $1`,
    [run],
  );
  if (row === undefined) throw new Error(`run ${run} left no counts behind`);
  return row;
}

function report({ wallSeconds, asked, executions, counts }: Measured): string {
  const total = asked.reduce((sum, { seconds }) => sum + seconds, 0);
  const { queue, seconds } = busiest(asked);
  const ideal = seconds / concurrency;
  const staged = stageNames.map((stage) => busiest(asked.filter((one) => one.stage === stage)).seconds);
  const stagedIdeal = staged.reduce((sum, one) => sum + one, 0) / concurrency;
  const ratio = wallSeconds / ideal;
  if (ratio > goal) process.exitCode = 1;
  return [
    `${counts.played} conversations on ${servers.length} real tool servers and an emulated one, every reply ${latencyMs} ms late, ${concurrency} calls at once in each`,
    `of the three queues (writers, judges, agent). From the start of the run to its end: ${fixed(wallSeconds, 1)} s, ${fixed((60 * counts.judged) / wallSeconds, 1)} judged`,
    `trajectories a minute; ${counts.broken} items failed or were quarantined.`,
    '',
    table([
      ['held against', 'seconds', 'ratio'],
      [
        `**LLM time of the busiest queue (${queue}) / its concurrency**: the least that any order of the work takes`,
        fixed(ideal, 1),
        `**${fixed(ratio)}** (goal ${goal})`,
      ],
      [
        'the same stage by stage (chains, tasks, episodes with their judges), each by its busiest queue',
        fixed(stagedIdeal, 1),
        fixed(wallSeconds / stagedIdeal),
      ],
      [
        'LLM time of all / concurrency of one queue',
        fixed(total / concurrency, 1),
        fixed((wallSeconds * concurrency) / total),
      ],
      [
        'LLM time of all / concurrency of all three',
        fixed(total / concurrency / 3, 1),
        fixed((wallSeconds * concurrency * 3) / total),
      ],
    ]),
    '',
    'LLM seconds by role and stage:',
    '',
    roleTable(asked),
    '',
    'Where the slots of each stage’s busiest queue spend it, in seconds of wall time:',
    '',
    slotTable({ asked, executions }),
    '',
    workTable(executions),
    '',
    'Waits in milliseconds, p50 / p99:',
    '',
    waitTable(executions),
  ].join('\n');
}

function roleTable(asked: readonly Asked[]): string {
  const byRole = secondsBy(asked, ({ role }) => role);
  const by = secondsBy(asked, ({ role, stage }) => `${role} ${stage}`);
  return table([
    ['role', 'queue', 'calls', ...stageNames, 'all'],
    ...[...byRole].map(([role, seconds]) => {
      const of = asked.filter((one) => one.role === role);
      const calls = of.reduce((sum, one) => sum + one.calls, 0);
      const stages = stageNames.map((stage) => fixed(by.get(`${role} ${stage}`) ?? 0, 1));
      return [role, of[0]?.queue ?? '', calls, ...stages, fixed(seconds, 1)];
    }),
  ]);
}

function slotTable({ asked, executions }: Pick<Measured, 'asked' | 'executions'>): string {
  return table([
    ['stage (queue)', 'wall', 'endpoint answers', 'rest of the activity', 'free, calls queued', 'free, nothing to ask'],
    ...stageSlots(executions, { asked, slots: concurrency }).map((stage) => [
      stage.name,
      ...[stage.wallSeconds, stage.answeringSeconds, stage.restSeconds, stage.queuedSeconds, stage.nothingSeconds].map(
        (one) => fixed(one, 1),
      ),
    ]),
  ]);
}

/** Seconds of work, summed over what ran side by side. */
function workTable(executions: readonly Execution[]): string {
  const spans = executions.flatMap(activitySpans);
  const inTools = (name: string): string =>
    fixed(
      workedSeconds(spans, (span) => span.queue === taskQueues.tools && span.name === name),
      1,
    );
  const inStore = workedSeconds(spans, ({ queue }) => queue === taskQueues.store);
  return table([
    ['work beside the models', 'seconds, summed'],
    ['servers listed (set-up)', inTools('listTools')],
    ['tool calls, starts of servers for them included', inTools('callTool')],
    ['servers ended', inTools('endEpisode')],
    ['store', fixed(inStore, 1)],
  ]);
}

function waitTable(executions: readonly Execution[]): string {
  const pair = (values: readonly [number, number]): string => values.map((value) => Math.round(value)).join(' / ');
  return table([
    ['what', 'count', 'schedule to start', 'start to end'],
    ...waitsOf(executions).map(({ what, count, waited, worked }) => [what, count, pair(waited), pair(worked)]),
  ]);
}

console.log(await withStack(measure));
