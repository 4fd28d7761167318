import assert from 'node:assert/strict';
import { join } from 'node:path';
import { createProofActivities } from '../../../src/activities/proof/activities.ts';
import type { ProofStore } from '../../../src/activities/proof/contract.ts';
import type { OwnedSandbox } from '../../../src/activities/sandbox/contract.ts';
import { createZygoteSandbox } from '../../../src/activities/sandbox/zygote-pool.ts';
import { readSourceFile } from '../../../src/activities/store/source-file.ts';
import { environmentId, replayHash, toolId } from '../../../src/domain/environment/assemble.ts';
import { Environment, type ProvenTool } from '../../../src/domain/environment/schema.ts';
import type { BlobHash, InstanceId, RunId } from '../../../src/domain/ids.ts';
import { outcomeKey } from '../../../src/domain/run/outcome.ts';

const bundled = join(import.meta.dirname, '../../../configs/data/learning-environments.jsonl.gz');
const runId = 'run-1' as RunId;

describe('environments from a file', () => {
  let sandbox: OwnedSandbox;
  let rows: Environment[];
  before(async () => {
    sandbox = await createZygoteSandbox({ size: 2 });
    rows = (await readSourceFile(bundled, 6)).rows.map((row) => Environment.parse(row));
  });
  after(() => sandbox.close());

  /** Outcome keys by environment id, of one page and the empty one after it. */
  async function importAll(environments: readonly Environment[]) {
    const closed = new Map<string, string>();
    const store: ProofStore = {
      loadBody: async (hash) => environments[Number(hash)],
      saveBody: async () => '' as BlobHash,
      recordProof: async () => undefined,
      closeInstance: async ({ id, outcome, result }) => {
        closed.set(id, outcomeKey(outcome));
        assert.equal(result !== undefined, outcome.status === 'ok');
      },
      finishedInstances: async () => [],
      importedInstances: async (_, after) =>
        environments
          .map(({ instanceId }, ordinal) => ({
            id: instanceId as InstanceId,
            ordinal,
            environment: `${ordinal}` as BlobHash,
          }))
          .filter(({ ordinal }) => ordinal > after),
      addInstance: async () => undefined,
      scoreOf: async () => null,
    };
    const { importEnvironments } = createProofActivities({ sandbox, store });
    const { next } = await importEnvironments({ runId, after: -1 });
    assert.deepEqual(await importEnvironments({ runId, after: next ?? -1 }), { next: null });
    return closed;
  }

  it('are used when every gold call still gives what the row says', async () => {
    const closed = await importAll(rows);
    assert.deepEqual(
      [...closed.values()],
      rows.map(() => 'ok'),
    );
  });

  it('are refused by name when content or outputs are others', async () => {
    const [first, second, third] = rows;
    assert.ok(first && second && third);
    const closed = await importAll([{ ...first, replayHash: '0'.repeat(64) }, withOutput(second), third]);
    assert.deepEqual(
      [first, second, third].map(({ instanceId }) => closed.get(instanceId)),
      ['rejected:content_changed', 'rejected:content_changed', 'ok'],
    );
  });

  it('whose code was exchanged, ids and all, fail their replay', async () => {
    const [first] = rows;
    assert.ok(first);
    const tools = first.tools.map((tool): ProvenTool => {
      const code = `${tool.code}\n\n${tool.document.name} = lambda **_: {"result": "other"}\n`;
      return { ...tool, code, id: toolId({ document: tool.document, code }) };
    });
    const hash = replayHash(tools);
    const id = environmentId({ instanceId: first.instanceId, tools, replayHash: hash });
    const closed = await importAll([{ ...first, id, tools, replayHash: hash }]);
    assert.deepEqual([...closed.values()], ['rejected:final_replay']);
  });
});

function withOutput(environment: Environment): Environment {
  const [tool, ...rest] = environment.tools;
  assert.ok(tool);
  const cases = tool.cases.map((one) => ({ ...one, output: '{"result":"never"}' }));
  return { ...environment, tools: [{ ...tool, cases }, ...rest] };
}
