import assert from 'node:assert/strict';
import type { CallResult, Sandbox } from '../../src/activities/sandbox/contract.ts';
import { replayEnvironment } from '../../src/cli/audit/replay-environments.ts';
import { Environment } from '../../src/domain/environment/schema.ts';

const gold = { text: '120 m', type: 'number', value: 120, unit: 'm' };
const tool = (id: string, name: string, nodeId: number): object => ({
  id,
  document: { name, description: 'Height of a tower.', parameters: { type: 'object', properties: {} } },
  code: 'def height(): ...',
  cases: [{ nodeId, question: 'How high?', gold, call: { name, arguments: {} }, output: '{"metres":120}' }],
  proof: [],
  mergedFrom: [nodeId],
});
const environment = (...tools: readonly object[]): Environment =>
  Environment.parse({
    schemaVersion: 1,
    id: 'environment-1',
    instanceId: 'inst-1',
    question: 'How high is the tower?',
    answer: gold,
    language: 'en',
    domain: 'towers',
    scenario: 'Single-Hop',
    hops: 1,
    nodes: [{ id: 1, subQuestion: 'How high?', answer: gold, dependencies: [], tool: 'tool-1' }],
    tools,
    replayHash: 'x',
    score: null,
  });

/** Answers each call by its hash seed: 0 is the first run, 1 the second. */
function sandboxThatSays(answer: (hashSeed: number | undefined) => string): Sandbox {
  const usage = { cpuMs: 1, wallMs: 1, maxRssKb: 1 };
  return {
    info: () => ({ backend: 'scripted', level: 'none', python: '3.11' }),
    load: async (source) => ({ hash: 'h', source }),
    call: async (...call): Promise<CallResult> => {
      const canonical = answer(call[3]?.hashSeed);
      return { status: 'ok', value: JSON.parse(canonical), canonical, stdout: '', loadStdout: '', usage };
    },
    callMany: () => assert.fail('a replay makes single calls'),
    open: () => assert.fail('no episode is opened by a replay'),
  };
}

describe('replayEnvironment', () => {
  it('finds nothing when both runs return what is stored', async () => {
    const sandbox = sandboxThatSays(() => '{"metres":120}');

    assert.deepEqual(await replayEnvironment(environment(tool('tool-1', 'height', 1)), sandbox), []);
  });

  it('finds the run that differs from the stored output', async () => {
    const sandbox = sandboxThatSays((hashSeed) => (hashSeed === 1 ? '{"metres":121}' : '{"metres":120}'));

    assert.deepEqual(await replayEnvironment(environment(tool('tool-1', 'height', 1)), sandbox), [
      {
        part: 'environments',
        id: 'environment-1',
        detail: 'tool height, node 1, run 2: got {"metres":121}; stored {"metres":120}',
      },
    ]);
  });

  it('finds two tools of one name', async () => {
    const sandbox = sandboxThatSays(() => '{"metres":120}');
    const twice = environment(tool('tool-1', 'height', 1), tool('tool-2', 'height', 2));

    const findings = await replayEnvironment(twice, sandbox);

    assert.deepEqual(
      findings.map(({ detail }) => detail),
      ['two tools are named height'],
    );
  });
});
