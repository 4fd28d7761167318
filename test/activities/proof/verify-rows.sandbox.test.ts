import assert from 'node:assert/strict';
import { createProofTools } from '../../../src/activities/proof/activities.ts';
import { type VerifyReport, verifyRows } from '../../../src/activities/proof/verify-rows.ts';
import type { OwnedSandbox } from '../../../src/activities/sandbox/contract.ts';
import { createZygoteSandbox } from '../../../src/activities/sandbox/zygote-pool.ts';
import { assembleEnvironment } from '../../../src/domain/environment/assemble.ts';
import { astraEnvironmentRow } from '../../../src/domain/export/astra-environment-row.ts';
import { astraRow, candidateRow } from '../../../src/domain/export/environment-rows.ts';
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { cities, difference, proven } from '../../support/proven-tools.ts';
import { populationCode, populationDocument, toolCode } from '../../support/python-tools.ts';

const tools = [proven(1, { city: 'Paris' }), proven(2, { city: 'Lyon' }), difference];
const [paris] = tools;
const merged = [{ ...tools[0]!, cases: tools.slice(0, 2).flatMap((tool) => tool.cases) }, difference];
// A document is JSON; its loose type only spells that another way.
const documentJson = populationDocument as unknown as JsonObject;
const environment = assembleEnvironment(cities, { nodes: cities.nodes, tools: merged, score: 1 });

describe('verifying environments from anywhere', () => {
  let sandbox: OwnedSandbox;
  const verify = (...rows: Json[]): Promise<VerifyReport> => verifyRows(createProofTools(sandbox), rows);
  const failed = (report: VerifyReport): string[] =>
    report.rows.flatMap((row) => row.rules.filter((rule) => !rule.ok).map((rule) => rule.rule));

  before(async () => {
    sandbox = await createZygoteSandbox({ size: 2 });
  });
  after(async () => {
    await sandbox.close();
  });

  it('accepts what was proven, in each of the four shapes', async () => {
    // A stored environment is JSON; its document's loose type only spells that another way.
    const own = environment as unknown as Json;
    const report = await verify(
      candidateRow(environment),
      astraEnvironmentRow(environment),
      astraRow(environment),
      own,
    );
    assert.deepEqual(failed(report), []);
    assert.deepEqual([report.accepted, report.rejected], [4, 0]);
    assert.deepEqual(
      report.rows.map((row) => row.id),
      [environment.id, environment.id, environment.id, environment.id],
    );
    assert.deepEqual(
      report.rows[0]?.tools.map((tool) => [tool.place, tool.name, tool.accepted]),
      [
        ['node 1', 'lookup_population', true],
        ['node 2', 'lookup_population', true],
        ['node 3', 'subtract', true],
      ],
    );
  });

  it('rejects a constant tool and says by which rule (probe 14)', async () => {
    const code =
      'T = {"paris": 2102650}\ndef lookup_population(city, unit="people"):\n    return {"n": T["paris"], "c": [city, unit]}\n';
    const row = candidate([
      {
        id: 1,
        sub_question: 'How many people live in Paris?',
        answer: 2102650,
        tool: paris?.cases[0]?.call ? { document: documentJson, call: paris.cases[0].call, code } : null,
      },
    ]);
    const report = await verify(row);
    assert.deepEqual(failed(report), ['sensitivity', 'negatives']);
    assert.equal(report.rejected, 1);
  });

  it('takes numeric answers and refuses empty ones (probes 15 and 16)', async () => {
    const node = (answer: Json): Json => ({
      id: 1,
      sub_question: 'How many people live in Paris?',
      answer,
      tool: {
        document: documentJson,
        call: { name: 'lookup_population', arguments: { city: 'Paris' } },
        code: populationCode,
      },
    });
    assert.deepEqual(failed(await verify(candidate([node(2102650)]))), []);
    assert.deepEqual(failed(await verify(candidate([node('')]))), ['answer']);
  });

  it('rejects two different tools of one name (probe 24)', async () => {
    const tool = (city: string, code: string): Json => ({
      document: documentJson,
      call: { name: 'lookup_population', arguments: { city } },
      code,
    });
    const row = candidate([
      { id: 1, sub_question: 'How many people live in Paris?', answer: 2102650, tool: tool('Paris', populationCode) },
      {
        id: 2,
        sub_question: 'How many people live in Lyon?',
        answer: 522250,
        tool: tool('Lyon', `${populationCode}\nX = [1]\n`),
      },
    ]);
    assert.deepEqual(failed(await verify(row)), ['unique_names']);
    const text = astraRow(environment);
    const schema = JSON.parse(String(text['tool_schema'])) as Json[];
    const doubled = { ...text, tool_schema: JSON.stringify([...schema, schema[0]]) };
    assert.ok(failed(await verify(doubled)).includes('unique_names'));
  });

  it('does not accept released rows without gold calls, and judges what can be judged', async () => {
    const { gold_calls: _calls, ...row } = astraRow(environment);
    const report = await verify(row);
    assert.deepEqual(failed(report), ['gold_call', 'repeat_run', 'sensitivity', 'negatives', 'replay']);
    const dirty = { ...row, tool_dict: String(row['tool_dict']).replace('def subtract', 'import os\\ndef subtract') };
    assert.ok(failed(await verify(dirty)).includes('static'));
  });

  it('judges a tool that no question uses on its source alone', async () => {
    const row = astraRow(environment);
    const extra = { type: 'function', function: { ...documentJson, name: 'irrelevant' } };
    const schema = JSON.parse(String(row['tool_schema'])) as Json[];
    const dict = JSON.parse(String(row['tool_dict'])) as JsonObject;
    const code = toolCode({ head: 'def irrelevant(city, unit="people"):' });
    const mixed = {
      ...row,
      tool_schema: JSON.stringify([...schema, extra]),
      tool_dict: JSON.stringify({ ...dict, irrelevant: code }),
    };
    assert.deepEqual(failed(await verify(mixed)), []);
  });

  it('reads text that ASTRA tools return with token boundaries', async () => {
    const row = astraEnvironmentRow(environment);
    const text = JSON.stringify(row).replaceAll(
      'return {\\"city\\": key, \\"count\\": count',
      'return (f\\"City {key}: {count} people\\"',
    );
    const spoken = JSON.parse(text.replaceAll(' else count / 1000}', ' else \\"\\")')) as Json;
    assert.notEqual(text, JSON.stringify(row));
    assert.ok(!failed(await verify(spoken)).includes('gold_call'));
  });

  it('reports a row that is no environment and goes on', async () => {
    const report = await verify({ x: 1 }, candidateRow(environment));
    assert.deepEqual(failed(report), ['shape']);
    assert.deepEqual(
      report.rows.map((row) => row.accepted),
      [false, true],
    );
  });
});

function candidate(nodes: Json[]): Json {
  return { id: 'c-1', question: 'How many?', nodes };
}
