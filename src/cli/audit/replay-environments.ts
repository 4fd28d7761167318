/** Every emitted environment run again: all gold calls twice in fresh sandboxes, held against the stored outputs. */
import type { Pool } from 'pg';
import { firstRun, secondRun } from '../../activities/proof/run-acceptance.ts';
import type { CallOptions, EnvRef, Sandbox } from '../../activities/sandbox/contract.ts';
import { eachResult } from '../../activities/store/audit-data.ts';
import { Environment, type ProvenTool } from '../../domain/environment/schema.ts';
import type { Json } from '../../domain/json.ts';
import type { Finding } from './finding.ts';

export interface Replay {
  readonly replayed: number;
  /** Gold calls, each made twice. */
  readonly calls: number;
  readonly findings: readonly Finding[];
}

/** Replays all environments of a run, one after the other. */
export async function replayEnvironments(pool: Pool, run: string, sandbox: Sandbox): Promise<Replay> {
  let [replayed, calls] = [0, 0];
  const findings: Finding[] = [];
  for await (const { id, value } of eachResult(pool, run, 'instance')) {
    const parsed = Environment.safeParse(value);
    replayed += 1;
    if (!parsed.success) {
      findings.push({ part: 'environments', id, detail: `the row does not fit its schema: ${parsed.error.message}` });
      continue;
    }
    calls += parsed.data.tools.reduce((total, tool) => total + tool.cases.length, 0);
    findings.push(...(await replayEnvironment(parsed.data, sandbox)));
  }
  return { replayed, calls, findings };
}

/** The gold calls of one environment whose output differs from the stored one, in either run. */
export async function replayEnvironment(environment: Environment, sandbox: Sandbox): Promise<readonly Finding[]> {
  const names = environment.tools.map((tool) => tool.document.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  const collision =
    twice === undefined
      ? []
      : [{ part: 'environments', id: environment.id, detail: `two tools are named ${twice}` } as const];
  const replays = await Promise.all(environment.tools.map((tool) => replayTool(tool, sandbox)));
  return [
    ...collision,
    ...replays.flat().map((detail) => ({ part: 'environments', id: environment.id, detail }) as const),
  ];
}

async function replayTool(tool: ProvenTool, sandbox: Sandbox): Promise<readonly string[]> {
  const loaded = await sandbox.load(tool.code);
  const runs = tool.cases.flatMap((item) =>
    [firstRun, secondRun].map((options, index) =>
      replayCall({ tool, item, loaded, options, sandbox, time: index + 1 }),
    ),
  );
  return (await Promise.all(runs)).filter((fault) => fault !== undefined);
}

interface GoldRun {
  readonly tool: ProvenTool;
  readonly item: ProvenTool['cases'][number];
  readonly loaded: EnvRef;
  readonly options: CallOptions;
  readonly sandbox: Sandbox;
  readonly time: number;
}

async function replayCall({ tool, item, loaded, options, sandbox, time }: GoldRun): Promise<string | undefined> {
  // Arguments were JSON when they were stored.
  const result = await sandbox.call(loaded, item.call.name, item.call.arguments as Json, options);
  const what = `tool ${tool.document.name}, node ${item.nodeId}, run ${time}`;
  if (result.status !== 'ok') return `${what}: ${result.status}: ${result.error.type}: ${result.error.message}`;
  if (result.canonical === item.output) return undefined;
  return `${what}: got ${result.canonical.slice(0, 80)}; stored ${item.output.slice(0, 80)}`;
}
