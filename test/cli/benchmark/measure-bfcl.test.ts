import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BfclProgram } from '../../../src/cli/benchmark/bfcl-program.ts';
import { type BfclPlan, measureBfcl } from '../../../src/cli/benchmark/measure-bfcl.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const plan: BfclPlan = {
  categories: ['multi_turn_base', 'multi_turn_miss_func'],
  repeats: 2,
  entries: 2,
  temperature: 0.6,
  threads: 3,
  isContinued: false,
};

/** Writes the scores that it is told, where the benchmark would. */
function scripted(correct: Readonly<Record<string, number>>): BfclProgram & { readonly runs: string[] } {
  const runs: string[] = [];
  return {
    runs,
    async run(folder, args) {
      runs.push(args.join(' '));
      if (args[0] === 'entries') return `a warning\n${[0, 1, 2].map((no) => `${args[1]}_${no}`).join('\n')}\n`;
      if (args[0] !== 'evaluate') return '';
      for (const [category, count] of Object.entries(correct)) {
        const file = join(folder, 'score/astra-FC/multi_turn', `BFCL_v4_${category}_score.json`);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, `${JSON.stringify({ correct_count: count, total_count: 2 })}\n`);
      }
      return '';
    },
  };
}

describe('a measurement with BFCL', () => {
  it('plays the first entries of each category in every repeat and reads what the checker decided', async () => {
    const folder = temporaryFolder();
    const program = scripted({ multi_turn_base: 2, multi_turn_miss_func: 1 });
    const scores = await measureBfcl(program, folder, plan);

    assert.deepEqual(
      scores.map(({ category, correct, entries }) => [category, correct, entries]),
      [
        ['multi_turn_base', [2, 2], 2],
        ['multi_turn_miss_func', [1, 1], 2],
      ],
    );
    assert.deepEqual(program.runs.slice(0, 4), [
      'entries multi_turn_base',
      'entries multi_turn_miss_func',
      'generate --model astra-FC --run-ids --num-threads 3 --temperature 0.6',
      'evaluate --model astra-FC --test-category multi_turn_base,multi_turn_miss_func --partial-eval',
    ]);
    assert.deepEqual(JSON.parse(readFileSync(join(folder, 'repeat-2/test_case_ids_to_generate.json'), 'utf8')), {
      multi_turn_base: ['multi_turn_base_0', 'multi_turn_base_1'],
      multi_turn_miss_func: ['multi_turn_miss_func_0', 'multi_turn_miss_func_1'],
    });
  });

  it('forgets earlier answers unless it goes on with them', async () => {
    const folder = temporaryFolder();
    const old = join(folder, 'repeat-1/result');
    const program = scripted({ multi_turn_base: 0, multi_turn_miss_func: 0 });
    mkdirSync(old, { recursive: true });

    await measureBfcl(program, folder, { ...plan, isContinued: true });
    assert.ok(existsSync(old));
    await measureBfcl(program, folder, { ...plan, entries: null });
    assert.ok(!existsSync(old));
    assert.equal(
      program.runs.at(-2),
      'generate --model astra-FC --test-category multi_turn_base,multi_turn_miss_func --num-threads 3 --temperature 0.6',
    );
  });

  it('fails when a category has no score', async () => {
    const program = scripted({ multi_turn_base: 1 });

    await assert.rejects(measureBfcl(program, temporaryFolder(), plan), /no score of multi_turn_miss_func/);
  });
});
