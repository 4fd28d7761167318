/** Ids recomputed from content, stored bodies against their hashes, and every result traced back to its question. */
import type { Pool } from 'pg';
import {
  eachBrokenBody,
  eachInstance,
  eachResult,
  eachScenario,
  findOrphans,
} from '../../activities/store/audit-data.ts';
import { Instance } from '../../domain/decomposition/schema.ts';
import { environmentId, replayHash, toolId } from '../../domain/environment/assemble.ts';
import { Environment } from '../../domain/environment/schema.ts';
import { contentId } from '../../domain/ids.ts';
import { statefulId } from '../../domain/stateful/assemble.ts';
import { Scenario, StatefulEnvironment } from '../../domain/stateful/schema.ts';
import { scenarioId } from '../../domain/stateful/source.ts';
import type { Finding } from './finding.ts';

export interface IdCheck {
  readonly checked: number;
  readonly findings: readonly Finding[];
}

/** Recomputes the ids of all accepted instances, scenarios and emitted environments of a run. */
export async function checkIds(pool: Pool, run: string): Promise<IdCheck> {
  let checked = 0;
  const findings: Finding[] = [];
  for await (const { id, value } of eachInstance(pool, run)) {
    checked += 1;
    findings.push(...wrongId(id, instanceId(value)));
  }
  for await (const { id, value } of eachResult(pool, run, 'instance')) {
    checked += 1;
    findings.push(...environmentFindings(id, value));
  }
  for await (const { id, value } of eachScenario(pool, run)) {
    checked += 1;
    const scenario = Scenario.safeParse(value);
    findings.push(...wrongId(id, scenario.success ? scenarioId(scenario.data) : 'no id'));
  }
  for await (const { id, value } of eachResult(pool, run, 'scenario')) {
    checked += 1;
    const row = StatefulEnvironment.safeParse(value);
    findings.push(...wrongId(id, row.success ? statefulId(row.data) : 'no id'));
  }
  for (const { id, lacks } of await findOrphans(pool, run))
    findings.push({ part: 'ids', id, detail: `has no ${lacks}` });
  for await (const { hash, actual } of eachBrokenBody(pool, run))
    findings.push({ part: 'bodies', id: hash, detail: `the stored text has the hash ${actual}` });
  return { checked, findings };
}

function wrongId(id: string, recomputed: string): readonly Finding[] {
  return id === recomputed ? [] : [{ part: 'ids', id, detail: `its content gives ${recomputed}` }];
}

/** The question and its trace: what an instance is, whoever asked for it. */
function instanceId(value: unknown): string {
  const parsed = Instance.safeParse(value);
  if (!parsed.success) return 'no id: the row does not fit its schema';
  const { question, nodes } = parsed.data;
  const trace = nodes.map((node) => [node.id, node.subQuestion, node.answer.text, node.dependencies]);
  return contentId('inst', { question, trace });
}

/** The environment's own id, those of its tools, and the hash of what their gold calls returned. */
function environmentFindings(id: string, value: unknown): readonly Finding[] {
  const parsed = Environment.safeParse(value);
  if (!parsed.success) return [{ part: 'ids', id, detail: 'the row does not fit its schema' }];
  const { tools, replayHash: stored } = parsed.data;
  const replay = replayHash(tools);
  const wrongReplay = {
    part: 'ids',
    id,
    detail: `its outputs give the replay hash ${replay}, stored ${stored}`,
  } as const;
  return [
    ...wrongId(id, environmentId(parsed.data)),
    ...tools.flatMap((tool) => wrongId(tool.id, toolId(tool))),
    ...(replay === stored ? [] : [wrongReplay]),
  ];
}
