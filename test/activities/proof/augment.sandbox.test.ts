import assert from 'node:assert/strict';
import { createProofActivities } from '../../../src/activities/proof/activities.ts';
import type { ProofStore } from '../../../src/activities/proof/contract.ts';
import type { OwnedSandbox } from '../../../src/activities/sandbox/contract.ts';
import { createZygoteSandbox } from '../../../src/activities/sandbox/zygote-pool.ts';
import { Instance } from '../../../src/domain/decomposition/schema.ts';
import { assembleEnvironment } from '../../../src/domain/environment/assemble.ts';
import { Environment, type ProvenTool } from '../../../src/domain/environment/schema.ts';
import { type BlobHash, canonicalJson, hashText, type InstanceId, type RunId } from '../../../src/domain/ids.ts';
import type { Json } from '../../../src/domain/json.ts';
import { cities, difference, proven } from '../../support/proven-tools.ts';
import { toolCode } from '../../support/python-tools.ts';

const runId = 'run-1' as RunId;

/** With the output that its gold call has: renewing reads the answer's place in it. */
function recorded(tool: ProvenTool, output: (answer: string) => Json): ProvenTool {
  return { ...tool, cases: tool.cases.map((one) => ({ ...one, output: JSON.stringify(output(one.gold.text)) })) };
}

function lookUp(nodeId: number, city: string): ProvenTool {
  return recorded(proven(nodeId, { city }), (count) => ({ city: city.toLowerCase(), count: Number(count) }));
}

/** One look-up tool for both cities, and the comparison. */
function citiesWith(code?: string): Environment {
  const [first, second] = [lookUp(1, 'Paris'), lookUp(2, 'Lyon')];
  const subtraction = recorded(difference, (answer) => ({ difference: Number(answer) }));
  const both: ProvenTool = {
    ...first,
    ...(code === undefined ? {} : { code }),
    cases: [...first.cases, ...second.cases],
  };
  return assembleEnvironment(cities, { nodes: cities.nodes, tools: [both, subtraction], score: 0.9 });
}

describe('environments made from a finished one', () => {
  let sandbox: OwnedSandbox;
  before(async () => void (sandbox = await createZygoteSandbox({ size: 2 })));
  after(() => sandbox.close());

  async function augment(environment: Environment, wanted: number) {
    const bodies = new Map<string, string>();
    const added: Parameters<ProofStore['addInstance']>[0][] = [];
    const save = async (text: string): Promise<BlobHash> => {
      const hash = hashText(text) as BlobHash;
      bodies.set(hash, text);
      return hash;
    };
    const body = await save(canonicalJson(cities as unknown as Json));
    const row = await save(canonicalJson(environment as unknown as Json));
    const store: ProofStore = {
      loadBody: async (hash) => JSON.parse(bodies.get(hash) ?? 'null') as unknown,
      saveBody: save,
      recordProof: async () => undefined,
      closeInstance: async () => undefined,
      finishedInstances: async (_, after) =>
        after < 7 ? [{ id: cities.id as InstanceId, ordinal: 7, question: 'q', body, environment: row }] : [],
      importedInstances: async () => [],
      addInstance: async (one) => void added.push(one),
      scoreOf: async () => null,
    };
    const { augmentEnvironments } = createProofActivities({ sandbox, store });
    const page = await augmentEnvironments({ runId, after: -1, wanted });
    const read = (hash: string): unknown => JSON.parse(bodies.get(hash) ?? 'null');
    return {
      page,
      end: await augmentEnvironments({ runId, after: page.next ?? 99, wanted }),
      made: added.map(({ instance, result }) => ({
        instance: Instance.parse(read(instance.body)),
        environment: Environment.parse(read(result.body)),
      })),
    };
  }

  it('ask for other values, hold what the tools return for them, and are the same each time', async () => {
    const { page, end, made } = await augment(citiesWith(), 3);
    assert.deepEqual([page.made, page.next, end.next], [3, 7, null]);
    assert.equal(new Set(made.map(({ instance }) => instance.id)).size, 3);
    for (const { instance, environment } of made) {
      const [a, b, difference] = environment.nodes.map(({ answer }) => Number(answer.value));
      assert.equal(difference, Number(a) - Number(b), instance.question);
      assert.equal(instance.answer.text, String(difference));
      assert.notEqual(instance.question, cities.question);
      const calls = environment.tools.flatMap(({ cases }) => cases.map(({ call }) => call.arguments));
      for (const city of calls.flatMap((args) => ('city' in args ? [String(args['city'])] : [])))
        assert.ok(instance.question.includes(city), `${instance.question} lacks ${city}`);
    }
    assert.deepEqual((await augment(citiesWith(), 3)).made, made);
  });

  it('are no more than the tools have answers for', async () => {
    const table = '\nPOPULATION = {"paris": 2102650, "lyon": 522250}\n';
    const { page, made } = await augment(citiesWith(toolCode({ table })), 8);
    // The two cities can only change places, which few draws do.
    assert.deepEqual(
      made.map(({ instance }) => instance.question),
      ['How many more people live in lyon than in paris?'],
    );
    assert.deepEqual(page, { made: 1, refused: { no_result: 47 }, next: 7 });
  });
});
