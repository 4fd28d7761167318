/** The real small model through the real stack. Slow: only with ASTRA_SLOW=1; `npm run garbage` asks ten times as much. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stopProcess } from '../../infra/part-process.ts';
import { freshHome, removeHome, runGarbage, stopGarbage } from '../../infra/small-model/garbage-run.ts';
import { type SmallModel, startSmallModel } from '../../infra/small-model/small-model.ts';

const slow = process.env['ASTRA_SLOW'] === '1';
const title = slow ? '' : ' (left out: set ASTRA_SLOW=1; it installs 220 MB once and takes minutes)';

const rows = {
  question: { domain: 'bakery orders', question: 'What do 14 rye loaves cost at Kestrel Bakery at 4.35 EUR each?' },
  decomposition: {
    question: 'How many millilitres are 3 cups of 236.588 ml each?',
    answer: '709.764 ml',
    nodes: [
      {
        id: 1,
        sub_question: 'How many millilitres are 3 cups of 236.588 ml each?',
        answer: '709.764 ml',
        dependencies: [],
      },
    ],
  },
  corpus: { domain: 'gauge readings', knowledge_corpus: `Known: ${'3.25 m at 07:40; '.repeat(400)}` },
};

/** A question, a finished decomposition, and a text that is longer than the model's context. */
function writeConfig(home: string): string {
  mkdirSync(home, { recursive: true });
  const hops = { min: 1, max: 4 };
  const sources = Object.entries(rows).map(([mode, row]) => {
    const file = join(home, `${mode}.jsonl`);
    writeFileSync(file, `${JSON.stringify(row)}\n`);
    return { mode, file, hops };
  });
  const attempts = { reask: 1, inner: 1, outer: 1, merge: 1 };
  const file = join(home, 'three.yaml');
  const model = { model: 'SmolLM2-135M-Instruct', maxTokens: 150, concurrency: 1, timeoutSeconds: 900 };
  const environments = { sources, selection: { percentile: 0 }, attempts };
  // One of three may fail: the text that does not fit.
  const execution = { partitions: 1, failureBudget: 0.5 };
  writeFileSync(file, JSON.stringify({ models: { default: model }, environments, execution }));
  return file;
}

describe(`a real model of 135 million parameters as teacher${title}`, () => {
  let home: string;
  let model: SmallModel | undefined;

  before(async function (this: Mocha.Context) {
    if (!slow) return this.skip();
    this.timeout(900_000);
    home = freshHome();
    model = await startSmallModel(join(home, 'logs/small-model.log'));
  });

  after(async function (this: Mocha.Context) {
    if (!slow) return;
    this.timeout(120_000);
    await stopGarbage(home);
    if (model !== undefined) await stopProcess(model.process);
    removeHome(home);
  });

  it('ends every item by name, keeps nothing wrong, and does not repeat a prompt that cannot fit', async function (this: Mocha.Context) {
    this.timeout(1_800_000);
    assert.ok(model);
    const configFile = writeConfig(home);

    const { report, wrong, calls } = await runGarbage({ home, baseUrl: model.baseUrl, configFile, run: 'three' });

    assert.deepEqual(wrong, []);
    assert.equal(report.counts.question['failed:Provider.ContextTooLong'], 1);
    assert.equal(calls.find(({ prompt }) => prompt === 'decomposition/decompose')?.calls, 1);
    assert.equal(calls.find(({ prompt }) => prompt === 'decomposition/necessity')?.calls, 1);
  });
});
