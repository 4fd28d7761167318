import assert from 'node:assert/strict';
import { assembleEnvironment } from '../../../src/domain/environment/assemble.ts';
import { changedContent, planEnvironmentRows } from '../../../src/domain/environment/source.ts';
import { contentId } from '../../../src/domain/ids.ts';
import type { Json } from '../../../src/domain/json.ts';
import { cities, difference, proven } from '../../support/proven-tools.ts';

const trace = cities.nodes.map((node) => [node.id, node.subQuestion, node.answer.text, node.dependencies]);
const asked = { ...cities, id: contentId('inst', { question: cities.question, trace }) };
const tools = [proven(1, { city: 'Paris' }), proven(2, { city: 'Lyon' }), difference];
const row = assembleEnvironment(asked, { nodes: asked.nodes, tools, score: 0.9 });
// A row as a file has it.
const json = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json;

describe('finished environments as a source', () => {
  it('become instances with the ids they had', () => {
    const { environments, problems } = planEnvironmentRows({}, [json(row)]);
    assert.deepEqual(problems, []);
    const [planned] = environments;
    assert.equal(planned?.id, asked.id);
    assert.deepEqual(planned?.environment, row);
    assert.deepEqual(
      planned?.instance.nodes.map(({ hopLevel, isParallel }) => [hopLevel, isParallel]),
      [
        [1, true],
        [1, true],
        [2, false],
      ],
    );
    assert.equal(planned?.instance.source.questionId, row.id);
  });

  it('are refused one by one, with what was expected', () => {
    const circle = { ...row, nodes: row.nodes.map((node) => ({ ...node, dependencies: [node.id % 3 === 0 ? 1 : 3] })) };
    const { environments, problems } = planEnvironmentRows({}, [{ id: 'x' }, json(row), json(row), json(circle)]);
    assert.equal(environments.length, 1);
    assert.deepEqual(
      problems.map((problem) => [problem.row, problem.rule]),
      [
        [1, 'row_invalid'],
        [3, 'duplicate_row'],
        [4, 'row_invalid'],
      ],
    );
    assert.match(problems[0]?.detail ?? '', /expected a row of environments\.jsonl .*; at /);
    assert.match(problems[2]?.detail ?? '', /circle/);
    assert.deepEqual(planEnvironmentRows({}, []).problems[0]?.rule, 'empty_source');
  });

  it('say of themselves when they were changed', () => {
    assert.equal(changedContent(row), undefined);
    const [first] = row.tools;
    assert.ok(first);
    assert.match(
      changedContent({ ...row, tools: [{ ...first, code: 'pass' }, ...row.tools.slice(1)] }) ?? '',
      /the tool/,
    );
    assert.match(changedContent({ ...row, replayHash: '0' }) ?? '', /outputs/);
    assert.match(changedContent({ ...row, id: 'environment-0' }) ?? '', /the environment/);
    assert.match(changedContent({ ...row, question: 'Another?' }) ?? '', /its question/);
  });
});
