/** A small run that nothing but the store made: imported questions, replies of judges, proofs and one environment. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { createProofStore, createStoreActivities } from '../../../src/activities/store/activities.ts';
import { saveValue } from '../../../src/activities/store/blobs.ts';
import { createCallStore } from '../../../src/activities/store/calls.ts';
import type { RecordedInstance } from '../../../src/activities/store/contract.ts';
import type { CallKey, EnvironmentId, InstanceId, QuestionId, RunId } from '../../../src/domain/ids.ts';
import type { Json } from '../../../src/domain/json.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { callRecord, openStore, run } from './store-fixture.ts';

/** A decomposition of two nodes, the second resting on the first. */
export function decompositionRow(city: string): Json {
  return {
    question: `How many people live in the capital that ${city} is twinned with?`,
    answer: 42,
    nodes: [
      { id: 1, sub_question: `Which capital is ${city} twinned with?`, answer: 'Oslo', dependencies: [] },
      { id: 2, sub_question: 'How many people live in Oslo?', answer: 42, dependencies: [1] },
    ],
  };
}

/** A folder with a file of these lines (values as JSON, texts as they are). */
export async function sourceFile(name: string, lines: readonly (Json | string)[]): Promise<string> {
  const path = join(temporaryFolder(), name);
  await writeFile(path, lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''));
  return path;
}

export async function importedRun(rows: readonly Json[], changes: Readonly<Record<string, Json>> = {}): Promise<Pool> {
  const file = await sourceFile('rows.jsonl', rows);
  const sources = [{ mode: 'decomposition', file, licence: 'cc0-1.0' }];
  const pool = await openStore({ environments: { sources, ...changes } });
  await createStoreActivities(pool).planEnvironments({ runId: run });
  return pool;
}

/** Decomposes all open questions of the run in the order given (default: plan order). */
export async function decomposeAll(pool: Pool, backwards = false): Promise<RecordedInstance[]> {
  const store = createStoreActivities(pool);
  const { items } = await store.claimItems({
    runId: run,
    kind: 'question',
    partition: 0,
    partitions: 1,
    after: -1,
    limit: 50,
  });
  const all: RecordedInstance[] = [];
  for (const item of backwards ? [...items].reverse() : items) {
    const questionId = item.id as QuestionId;
    all.push(...(await store.recordDecompositions({ runId: run, questionId, reply: null })).instances);
  }
  return all;
}

type ScoresInput = Parameters<ReturnType<typeof createStoreActivities>['recordScores']>[0];

/** Replies under which both nodes need a tool; with `atomic` false the score is 0.875. */
export async function goodScores(pool: Pool, instanceId: InstanceId, atomic = true): Promise<ScoresInput> {
  const necessity = await saveValue(pool, {
    nodes: [1, 2].map((id) => ({ id, needs_tool: true, reason: 'outside knowledge' })),
  });
  return {
    runId: run,
    instanceId,
    necessity,
    checks: {
      dependency: [{ node: 2, reply: await saveValue(pool, { reason: 'rests on it', missing: [], useless: [] }) }],
      atomicity: await saveValue(pool, {
        nodes: [1, 2].map((id) => ({ id, atomic: id === 1 || atomic, reason: 'one look-up' })),
      }),
      serialization: await saveValue(pool, { reason: 'a real chain', problematic: [] }),
      completeness: await saveValue(pool, {
        requirements: [{ requirement: 'people', covered_by: [2] }],
        reason: 'all',
      }),
    },
    unresolved: [],
  };
}

/** One environment with its proof and the call of its writer, as closing its instance leaves them. */
export async function buildEnvironment(pool: Pool, instanceId: InstanceId): Promise<EnvironmentId> {
  const id = `env-${instanceId.slice(5)}` as EnvironmentId;
  const gold = { text: '42', type: 'number', value: 42 };
  const call = { name: 'population', arguments: { city: 'Oslo' } };
  const document = {
    name: 'population',
    description: 'People in a city',
    parameters: { type: 'object', properties: {} },
  };
  const body = await saveValue(pool, {
    schemaVersion: 1,
    id,
    instanceId,
    question: 'How many?',
    answer: gold,
    language: 'en',
    domain: 'travel',
    scenario: 'Multi-Hop',
    hops: 2,
    nodes: [
      {
        id: 1,
        subQuestion: 'Which?',
        answer: { text: 'Oslo', type: 'phrase', value: 'Oslo' },
        dependencies: [],
        tool: null,
      },
      { id: 2, subQuestion: 'How many?', answer: gold, dependencies: [1], tool: 'population' },
    ],
    tools: [
      {
        id: 'tool-1',
        document,
        code: 'def population(city):\n    return 42\n',
        cases: [{ nodeId: 2, question: 'How many?', gold, call, output: '42' }],
        proof: [],
        mergedFrom: [2],
      },
    ],
    replayHash: 'r'.repeat(64),
    score: 1,
    licence: 'cc0-1.0',
  });
  const runId: RunId = run;
  const results = await saveValue(pool, [{ rule: 'leak', ok: true, detail: 'none' }]);
  await createCallStore(pool).recordUse({
    runId,
    key: 'call-1' as CallKey,
    subject: `${instanceId}/n2`,
    workflowId: `astra/${run}/env/i/${instanceId}/n2`,
    prompt: 'environment/tool-document',
    record: callRecord('call-1', { prompt: 'environment/tool-document' }),
    problems: [],
  });
  const proof = { runId, instanceId, nodes: [2], candidateHash: 'c', accepted: true, results, rules: [] };
  await createProofStore(pool).recordProof(proof);
  await createProofStore(pool).recordProof(proof);
  const close = { runId, kind: 'instance', id: instanceId, outcome: { status: 'ok' }, result: { id, body } } as const;
  await createStoreActivities(pool).closeItem(close);
  return id;
}
