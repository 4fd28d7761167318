import assert from 'node:assert/strict';
import { createProofActivities } from '../../../src/activities/proof/activities.ts';
import type { ProofActivities, ProofStore, ProvenRefs } from '../../../src/activities/proof/contract.ts';
import type { OwnedSandbox, Sandbox } from '../../../src/activities/sandbox/contract.ts';
import { createZygoteSandbox } from '../../../src/activities/sandbox/zygote-pool.ts';
import { Environment, ProvenTool, type ToolDocument } from '../../../src/domain/environment/schema.ts';
import { type BlobHash, canonicalJson, hashText, type InstanceId, type RunId } from '../../../src/domain/ids.ts';
import type { Json } from '../../../src/domain/json.ts';
import { cities, difference } from '../../support/proven-tools.ts';
import { populationCode, populationDocument, toolCode } from '../../support/python-tools.ts';

const runId = 'run-1' as RunId;
const instanceId = cities.id as InstanceId;

describe('the proof activities', () => {
  let sandbox: OwnedSandbox;
  let activities: ProofActivities;
  let instance: BlobHash;
  const bodies = new Map<string, string>();
  const proofs = new Map<string, { accepted: boolean; rules: readonly string[] }>();
  const closings: Parameters<ProofStore['closeInstance']>[0][] = [];
  const store: ProofStore = {
    loadBody: async (hash) => JSON.parse(bodies.get(hash) ?? 'null') as unknown,
    saveBody: async (text) => {
      const hash = hashText(text) as BlobHash;
      bodies.set(hash, text);
      return hash;
    },
    recordProof: async (proof) => {
      proofs.set(proof.candidateHash, { accepted: proof.accepted, rules: proof.rules });
    },
    closeInstance: async (closing) => void closings.push(closing),
    finishedInstances: async () => [],
    importedInstances: async () => [],
    addInstance: async () => undefined,
    scoreOf: async () => 0.75,
  };
  // The tests save what the schemas describe; the types of the two only differ in spelling.
  const save = (value: unknown): Promise<BlobHash> => store.saveBody(canonicalJson(value as Json));
  const body = (hash: BlobHash): unknown => JSON.parse(bodies.get(hash) ?? 'null');

  async function candidate(parts: { document?: ToolDocument; args: Record<string, Json>; code?: string }) {
    const { document = populationDocument, args, code = populationCode } = parts;
    return {
      draft: null,
      document: await save({ analysis: 'a', tool: document }),
      call: await save({ analysis: 'a', call: { name: document.name, arguments: args } }),
      code: await save({ analysis: 'a', code }),
    };
  }
  async function prove(nodeId: number, parts: Parameters<typeof candidate>[0]) {
    return activities.proveTool({ runId, instanceId, instance, nodeId, candidate: await candidate(parts) });
  }
  async function proven(nodeId: number, parts: Parameters<typeof candidate>[0]): Promise<ProvenRefs> {
    const outcome = await prove(nodeId, parts);
    assert.equal(outcome.status, 'accepted', JSON.stringify(outcome));
    return outcome.proven;
  }
  const subtraction = {
    document: difference.document,
    args: { first: 2102650, second: 522250 },
    code: difference.code,
  };

  before(async () => {
    sandbox = await createZygoteSandbox({ size: 2 });
    activities = createProofActivities({ sandbox, store });
    instance = await save(cities);
  });
  after(async () => {
    await sandbox.close();
  });

  it('prove a tool, keep the proof, and give the same ids when they are repeated', async () => {
    const first = await proven(1, { args: { city: 'Paris' } });
    assert.deepEqual(await proven(1, { args: { city: 'Paris' } }), first);
    assert.deepEqual(first.nodes, [1]);
    const tool = ProvenTool.parse(body(first.tool));
    assert.equal(tool.id, first.toolId);
    assert.equal(tool.cases[0]?.output, '{"city": "paris", "count": 2102650}'.replaceAll(' ', ''));
    assert.ok([...proofs.values()].some((proof) => proof.accepted));
  });

  it('refuse a tool with the rules, the part to blame, and reasons for its writer alone', async () => {
    const outcome = await prove(1, { args: { city: 'Paris' }, code: toolCode({ before: 'import os\n' }) });
    assert.deepEqual(outcome, {
      status: 'refused',
      rules: ['static'],
      blame: ['implementation'],
      feedback: { document: [], call: [], implementation: ['line 1: import of os is not allowed'] },
    });
  });

  it('blame the document when no call of it can serve the question', async () => {
    const refs = { ...(await candidate({ args: {} })), call: await save({ analysis: 'a', call: null }) };
    const outcome = await activities.proveTool({ runId, instanceId, instance, nodeId: 1, candidate: refs });
    assert.equal(outcome.status === 'refused' && outcome.blame.join(), 'document');
  });

  it('assemble an environment whose names are unique and whose gold calls replay (probe 24)', async () => {
    const tools = [
      await proven(1, { args: { city: 'Paris' } }),
      await proven(2, { args: { city: 'Lyon' }, code: `${populationCode}\nSECOND = True\n` }),
      await proven(3, subtraction),
    ];
    const input = { runId, instanceId, instance, tools: tools.map((tool) => tool.tool), dropped: [] };
    const outcome = await activities.assembleEnvironment(input);
    assert.equal(outcome.status, 'accepted', JSON.stringify(outcome));
    assert.deepEqual(await activities.assembleEnvironment(input), outcome);
    const result = { id: outcome.id, body: outcome.body };
    assert.deepEqual(closings.at(-1), { runId, id: instanceId, outcome: { status: 'ok' }, result });
    const environment = Environment.parse(body(outcome.body));
    assert.equal(environment.id, outcome.id);
    assert.equal(environment.score, 0.75);
    assert.deepEqual(
      environment.tools.map((tool) => tool.document.name),
      ['lookup_population', 'lookup_population_2', 'subtract'],
    );
    assert.match(environment.tools[1]?.code ?? '', /^def lookup_population_2\(/m);
    assert.deepEqual(
      environment.nodes.map((node) => node.tool),
      environment.tools.map((tool) => tool.id),
    );
  });

  it('refuse an environment whose failed node carries the final answer (probe 23)', async () => {
    const tool = await proven(1, { args: { city: 'Paris' } });
    const outcome = await activities.assembleEnvironment({
      runId,
      instanceId,
      instance,
      tools: [tool.tool],
      dropped: [3],
    });
    assert.equal(outcome.status === 'refused' && outcome.rule, 'node_failed');
  });

  it('refuse an environment whose stored tool no longer gives its answer', async () => {
    const tool = ProvenTool.parse(body((await proven(1, { args: { city: 'Paris' } })).tool));
    const spoiled = await save({ ...tool, code: tool.code.replace('2102650', '7') });
    const rest = [await proven(2, { args: { city: 'Lyon' } }), await proven(3, subtraction)].map((one) => one.tool);
    const outcome = await activities.assembleEnvironment({
      runId,
      instanceId,
      instance,
      tools: [spoiled, ...rest],
      dropped: [],
    });
    assert.equal(outcome.status === 'refused' && outcome.rule, 'final_replay');
    const closed = closings.at(-1)?.outcome;
    assert.equal(closed?.status === 'rejected' && closed.rule, 'final_replay');
  });

  describe('for two tools of one intent', () => {
    const member: ToolDocument = {
      name: 'city_population',
      description: 'Finds the population of a city.',
      parameters: { type: 'object', properties: { town: { type: 'string' } }, required: ['town'] },
    };
    const memberCode =
      'PEOPLE = {"lyon": 522250, "metz": 120874}\ndef city_population(town):\n    if not isinstance(town, str):\n        raise TypeError("town must be text")\n    return {"people": PEOPLE[town.lower()]}\n';

    async function pair() {
      const base = await proven(1, { args: { city: 'Paris' } });
      const other = await proven(2, { document: member, args: { town: 'Lyon' }, code: memberCode });
      const united = await activities.uniteDocuments({ runId, instance, base: base.tool, member: other.tool });
      assert.equal(united.status, 'united');
      const call = await save({ analysis: 'a', call: { name: 'lookup_population', arguments: { city: 'Lyon' } } });
      return { base: base.tool, member: other.tool, document: united.document, call };
    }
    const merge = async (code: string) =>
      activities.proveMerge({
        runId,
        instanceId,
        instance,
        ...(await pair()),
        code: await save({ analysis: 'a', code }),
        intent: 'population',
      });

    it('accept merged code that answers every member', async () => {
      const outcome = await merge(populationCode);
      assert.equal(outcome.status, 'accepted', JSON.stringify(outcome));
      assert.deepEqual(outcome.proven.nodes, [1, 2]);
      const tool = ProvenTool.parse(body(outcome.proven.tool));
      assert.deepEqual(
        tool.cases.map((one) => [one.nodeId, one.call.arguments['city']]),
        [
          [1, 'Paris'],
          [2, 'Lyon'],
        ],
      );
      assert.deepEqual(tool.mergedFrom, [1, 2]);
      assert.equal(
        tool.document.description,
        'Looks up how many people live in a French city. Finds the population of a city.',
      );
    });

    it('refuse merged code that lost a member, which leaves the tools unmerged (probe 22)', async () => {
      const outcome = await merge(populationCode.replace('"lyon": 522250, ', ''));
      assert.equal(outcome.status, 'refused');
      assert.ok(outcome.rules.includes('gold_call') && outcome.blame.includes('implementation'));
    });

    it('refuse merged code whose result holds the answers of others too', async () => {
      const outcome = await merge(
        toolCode({ result: '\n    return {"count": POPULATION[key], "all": POPULATION, "unit": unit}\n' }),
      );
      assert.deepEqual(outcome.status === 'refused' && outcome.rules, ['gold_call', 'sensitivity']);
    });

    it('refuse documents that contradict each other', async () => {
      const base = await proven(1, { args: { city: 'Paris' } });
      const other = await proven(3, subtraction);
      assert.deepEqual(await activities.uniteDocuments({ runId, instance, base: base.tool, member: other.tool }), {
        status: 'refused',
        rules: ['merge_conflict'],
      });
    });
  });

  it('fail with Sandbox.Infra when the sandbox fails, and never blame the tool for it', async () => {
    const broken: Sandbox = {
      ...sandbox,
      load: (source) => sandbox.load(source),
      call: async () => ({
        status: 'infra',
        error: { type: 'SandboxLost', message: 'no interpreter' },
        stdout: '',
        loadStdout: '',
        usage: { cpuMs: 0, wallMs: 0, maxRssKb: 0 },
      }),
    };
    const failing = createProofActivities({ sandbox: broken, store });
    const input = { runId, instanceId, instance, nodeId: 1, candidate: await candidate({ args: { city: 'Paris' } }) };
    await assert.rejects(failing.proveTool(input), { name: 'SandboxError', type: 'Sandbox.Infra' });
  });
});
