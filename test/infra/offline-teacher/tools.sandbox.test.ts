import assert from 'node:assert/strict';
import type { FaultKind } from '../../../infra/offline-teacher/faults/fault-kinds.ts';
import { CALL_FAULTS, CODE_FAULTS, DOCUMENT_FAULTS } from '../../../infra/offline-teacher/faults/fault-kinds.ts';
import { createInspector } from '../../../src/activities/proof/inspect.ts';
import type { ProofTools } from '../../../src/activities/proof/run-acceptance.ts';
import { runAcceptance } from '../../../src/activities/proof/run-acceptance.ts';
import { createArgumentValidator } from '../../../src/activities/proof/validate-arguments.ts';
import type { OwnedSandbox } from '../../../src/activities/sandbox/contract.ts';
import { createZygoteSandbox } from '../../../src/activities/sandbox/zygote-pool.ts';
import { typeAnswer } from '../../../src/domain/answer/gold.ts';
import type { RawAnswer } from '../../../src/domain/answer/schema.ts';
import type { ToolCandidate } from '../../../src/domain/environment/schema.ts';
import { candidateFor, instancesOf, sourceRow } from './candidates.ts';

/** One candidate for each of these rows, from a node that changes with the row. */
function candidates(rows: readonly number[], faults = ''): ToolCandidate[] {
  return rows.flatMap((at) => {
    const [instance] = instancesOf(sourceRow(at));
    const node = instance?.nodes[at % instance.nodes.length];
    const candidate = instance === undefined || node === undefined ? undefined : candidateFor(instance, node, faults);
    return candidate ?? [];
  });
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, at) => from + at);

/** What each kind of wrong work must trip over, whatever else it trips over. */
const RULES: { readonly [kind: string]: string } = {
  wrong: 'gold_call',
  constant: 'sensitivity',
  hardcoded: 'sensitivity',
  printed: 'gold_call',
  'module-print': 'module_output',
  random: 'repeat_run',
  time: 'repeat_run',
  'hash-order': 'repeat_run',
  uuid: 'repeat_run',
  'object-id': 'repeat_run',
  crashing: 'gold_call',
  'syntax-error': 'static',
  'unused-parameter': 'static',
  'wrong-signature': 'signature',
  'wrong-default': 'signature',
  counter: 'static',
  'mutable-default': 'static',
  'forbidden-import': 'static',
  'file-access': 'static',
  'network-access': 'static',
  'infinite-loop': 'gold_call',
  'huge-output': 'gold_call',
  'no-error-handling': 'negatives',
  substring: 'gold_call',
  untraceable: 'signature',
  'wrong-argument': 'signature',
  'missing-argument': 'signature',
  'leak-enum': 'leak',
  'leak-default': 'leak',
  'leak-example': 'leak',
  'no-required': 'document',
  incompatible: 'document',
};

describe('tools of the offline teacher', function () {
  this.timeout(300_000);
  let sandbox: OwnedSandbox;
  let tools: ProofTools;
  before(async () => {
    sandbox = await createZygoteSandbox();
    tools = { sandbox, inspector: createInspector(sandbox), validate: createArgumentValidator() };
  });
  after(() => sandbox.close());

  it('pass all nine rules, for domains nobody has seen', async () => {
    const refused: string[] = [];
    const tried = candidates(range(1000, 1060));
    for (const candidate of tried) {
      const verdict = await runAcceptance(tools, candidate);
      if (!verdict.accepted) refused.push(`${candidate.question} ${JSON.stringify(verdict.findings)}`);
    }
    assert.ok(tried.length > 57, `${tried.length} candidates`);
    assert.ok(refused.length <= 1, refused.join('\n'));
  });

  it('answer questions that are none of its kinds, in any language', async () => {
    const asked: readonly (readonly [string, RawAnswer, ...[string, string][]])[] = [
      ['Who wrote "War and Peace"?', 'Leo Tolstoy'],
      ['Is the whale a mammal?', true],
      ['List the primary colours.', ['red', 'yellow', 'blue']],
      ['北京到上海的高铁最快需要多长时间？', '4小时18分'],
      ['日本の首都はどこですか？', '東京'],
      [
        'Which of the two is longer?',
        'Danube',
        ['How long is the Rhine?', '1,233 km'],
        ['And the Danube?', '2,850 km'],
      ],
      ['What is the sum of 2 and 2?', 4],
      ['why?', 'because'],
    ];
    for (const [subQuestion, answer, ...known] of asked) {
      const base = instancesOf(sourceRow(0))[0];
      assert.ok(base);
      const nodes = [...known, [subQuestion, answer] as const].map(([text, raw], at) => {
        const typed = typeAnswer(raw);
        assert.ok(typed.ok);
        const dependencies = at === known.length ? known.map((_, index) => index + 1) : [];
        return { id: at + 1, subQuestion: text, answer: typed.gold, dependencies, hopLevel: 1, isParallel: false };
      });
      const last = nodes.at(-1);
      assert.ok(last);
      const candidate = candidateFor({ ...base, nodes }, last);
      assert.ok(candidate);
      const verdict = await runAcceptance(tools, candidate);
      assert.ok(verdict.accepted, `${subQuestion} ${JSON.stringify(verdict.findings)}`);
    }
  });

  const notHere: readonly FaultKind[] = ['call-null', 'name-clash', 'leak-description'];
  for (const kind of [...CODE_FAULTS, ...CALL_FAULTS, ...DOCUMENT_FAULTS].filter((one) => !notHere.includes(one))) {
    it(`are refused by ${RULES[kind]} when the work is spoiled: ${kind}`, async () => {
      const count = kind === 'infinite-loop' ? 1 : 2;
      const tried = candidates(range(2000, 2000 + count), kind);
      assert.equal(tried.length, count);
      for (const candidate of tried) {
        const { accepted, findings } = await runAcceptance(tools, candidate);
        assert.equal(accepted, false, candidate.code);
        const rules = findings.map(({ rule }) => rule);
        assert.ok(
          rules.some((rule) => rule === RULES[kind]),
          `${rules.join(' ')}: ${candidate.code}`,
        );
      }
    });
  }

  it('describe the answer when told to leak it: found wherever it is longer than three characters', async () => {
    const tried = candidates(range(2000, 2016), 'leak-description').filter(({ gold }) => {
      return gold.type !== 'boolean' && String(gold.value).length > 3;
    });
    assert.ok(tried.length > 5);
    for (const candidate of tried) {
      const { findings } = await runAcceptance(tools, candidate);
      assert.ok(
        findings.some(({ rule }) => rule === 'leak'),
        candidate.document.description,
      );
    }
  });

  it('get no call when the call writer gives up', () => {
    assert.deepEqual(candidates(range(2000, 2005), 'call-null'), []);
  });
});
