import assert from 'node:assert/strict';
import {
  CALL_FAULTS,
  CODE_FAULTS,
  DOCUMENT_FAULTS,
  type FaultKind,
} from '../../infra/offline-teacher/faults/fault-kinds.ts';
import { createProofTools } from '../../src/activities/proof/activities.ts';
import { runAcceptance } from '../../src/activities/proof/run-acceptance.ts';
import type { OwnedSandbox } from '../../src/activities/sandbox/contract.ts';
import { createZygoteSandbox } from '../../src/activities/sandbox/zygote-pool.ts';
import type { ToolCandidate } from '../../src/domain/environment/schema.ts';
import { candidateFor, instancesOf, sourceRow } from '../infra/offline-teacher/candidates.ts';

const slow = process.env['ASTRA_SLOW'] === '1';

/** Wrong work that leaves nothing to be proven, or nothing wrong. */
const notJudged: { readonly [kind: string]: string } = {
  'call-null': 'the writer gives up: there is no candidate',
  'name-clash': 'the name "answer_question" alone does no harm: names are made unique at the end',
};

/**
 * False where the fault leaves nothing wrong by the rules. An answer that ordinary prose holds by chance ("75", "yes") is
 * looked for only where a call could copy it; a script without spaces has no longer word that an answer could hide in.
 */
function isWrong(kind: FaultKind, { gold }: ToolCandidate): boolean {
  if (kind === 'substring') return !/\p{Script=Han}/u.test(gold.text);
  return kind !== 'leak-description' || (gold.type !== 'boolean' && String(gold.value).length > 3);
}

/** Kinds that wait for a time limit, every time. */
const waits: readonly FaultKind[] = ['infinite-loop'];

/** Honest and spoiled candidates of the same question; only those where the fault changed something. */
function* spoiled(kind: FaultKind): Generator<ToolCandidate> {
  for (let row = 5_000; ; row++) {
    const [instance] = instancesOf(sourceRow(row));
    const node = instance?.nodes[row % instance.nodes.length];
    if (instance === undefined || node === undefined) continue;
    const [honest, bad] = [candidateFor(instance, node), candidateFor(instance, node, kind)];
    if (bad === undefined || JSON.stringify(honest) === JSON.stringify(bad) || !isWrong(kind, bad)) continue;
    yield bad;
  }
}

describe('bad tools of every kind that the teacher can write', function () {
  this.timeout(slow ? 3_600_000 : 120_000);
  let sandbox: OwnedSandbox;

  before(async () => {
    sandbox = await createZygoteSandbox();
  });
  after(() => sandbox.close());

  for (const kind of [...CODE_FAULTS, ...CALL_FAULTS, ...DOCUMENT_FAULTS]) {
    if (kind in notJudged) continue;
    const count = slow ? 100 : waits.includes(kind) ? 1 : 5;
    it(`${kind}: none of ${count} is accepted`, async () => {
      const rules: Record<string, number> = {};
      const accepted: string[] = [];
      const candidates = spoiled(kind);
      for (let tried = 0; tried < count; tried++) {
        const { value: candidate } = candidates.next() as IteratorYieldResult<ToolCandidate>; // it never ends
        const verdict = await runAcceptance(createProofTools(sandbox), candidate);
        if (verdict.accepted)
          accepted.push(`${candidate.question}\n${JSON.stringify(candidate.document)}\n${candidate.code}`);
        for (const rule of new Set(verdict.findings.map((finding) => finding.rule)))
          rules[rule] = (rules[rule] ?? 0) + 1;
      }
      if (slow)
        process.stdout.write(`      ${kind}: ${accepted.length} of ${count} accepted; ${JSON.stringify(rules)}\n`);
      assert.deepEqual(accepted, []);
    });
  }
});
