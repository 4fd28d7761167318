import assert from 'node:assert/strict';
import { createProofTools } from '../../../src/activities/proof/activities.ts';
import type { ProofTools } from '../../../src/activities/proof/run-acceptance.ts';
import { verifyRows } from '../../../src/activities/proof/verify-rows.ts';
import type { OwnedSandbox } from '../../../src/activities/sandbox/contract.ts';
import { createZygoteSandbox } from '../../../src/activities/sandbox/zygote-pool.ts';
import type { Json } from '../../../src/domain/json.ts';
import { statefulId } from '../../../src/domain/stateful/assemble.ts';
import type { StatefulEnvironment } from '../../../src/domain/stateful/schema.ts';
import { libraryRow } from '../../support/stateful-library.ts';

describe('verifying rows with state', function () {
  this.timeout(60_000);
  let sandbox: OwnedSandbox;
  let tools: ProofTools;
  let row: StatefulEnvironment;

  before(async () => {
    sandbox = await createZygoteSandbox();
    tools = createProofTools(sandbox);
    row = await libraryRow(tools);
  });
  after(() => sandbox.close());

  /** Rules that refuse a row; its id is made to fit unless the row says otherwise. */
  const refusedBy = async (changes: Partial<StatefulEnvironment>): Promise<string[]> => {
    const changed = { ...row, ...changes };
    const fitting = 'id' in changes ? changed : { ...changed, id: statefulId(changed) };
    const { rows } = await verifyRows(tools, [fitting as unknown as Json]);
    return rows.flatMap((report) => report.rules.filter((rule) => !rule.ok).map((rule) => rule.rule));
  };

  it('accepts the row of an honest candidate and names its tools', async () => {
    const report = await verifyRows(tools, [row as unknown as Json]);

    assert.deepEqual([report.accepted, report.rejected], [1, 0]);
    assert.deepEqual(
      report.rows[0]?.tools.map((tool) => tool.name),
      ['lend_book', 'extend_loan', 'member_days'],
    );
  });

  it('refuses a row whose results, states or id are not those of its module', async () => {
    const [first, second, third] = row.gold as [Gold, Gold, Gold];
    assert.deepEqual(
      await refusedBy({ gold: [{ ...first, result: '{"days":15,"loan_id":"loan-2"}' }, second, third] }),
      ['replay'],
    );
    assert.deepEqual(await refusedBy({ gold: [{ ...first, stateHash: second.stateHash }, second, third] }), ['replay']);
    assert.deepEqual(await refusedBy({ finalStateHash: row.initialStateHash }), ['replay']);
    assert.deepEqual(await refusedBy({ initialStateHash: row.finalStateHash }), ['replay']);
    assert.deepEqual(await refusedBy({ id: 'environment-0000000000000000' }), ['replay']);
  });

  it('refuses a row whose goal its calls miss, that holds from the start, or that a shorter sequence reaches', async () => {
    assert.deepEqual((await refusedBy({ goal: [{ path: ['loans', 'loan-2', 'days'], equals: 24 }] }))[0], 'goal');
    assert.ok(
      (await refusedBy({ goal: [...row.goal, { path: ['books', 'b-18', 'lent'], equals: true }] })).includes(
        'open_goal',
      ),
    );
    assert.ok((await refusedBy({ answers: [] })).includes('shortened'));
  });

  it('refuses a row whose module has lost an effect or takes what nobody has', async () => {
    const lost = row.code.replace('loan["days"] += days', 'pass');
    assert.ok((await refusedBy({ code: lost })).includes('goal'));
    const lax = row.code.replace('    check_key("members", member)\n    book =', '    book =');
    assert.deepEqual(await refusedBy({ code: lax }), ['refusals']);
  });

  it('says what is wrong with the shape of a row', async () => {
    const { rows } = await verifyRows(tools, [{ mode: 'stateful', id: 'x' }]);

    assert.deepEqual(
      rows[0]?.rules.map(({ rule }) => rule),
      ['shape'],
    );
  });
});

type Gold = StatefulEnvironment['gold'][number];
