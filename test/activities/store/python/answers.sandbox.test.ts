import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { matchesGold, matchesGoldText } from '../../../../src/domain/answer/checker.ts';
import { typeAnswer } from '../../../../src/domain/answer/gold.ts';

const folder = join(import.meta.dirname, '../../../../src/activities/store/python');
const program = `
import json, sys
sys.path.insert(0, ${JSON.stringify(folder)})
from astra_play.answers import matches_gold, matches_gold_text
from astra_play.golds import NoAnswer, type_answer
def gold(raw):
    try:
        return type_answer(raw)
    except NoAnswer:
        return None
out = []
for raw, value, text in json.load(sys.stdin):
    typed = gold(raw)
    out.append([typed, typed and matches_gold(typed, value), typed and matches_gold_text(typed, text)])
# A number beyond all doubles is null in JSON.
print(json.dumps(out).replace('Infinity', 'null'))
`;

const pieces =
  'is of and, -1 +3 0 2 25 2.5 007 1,234.50 1.234,5 12,34,567 1e3 .5 3% $4 €5 USD 6 7km 8 km/h 2 business days 3 million 4万 5亿 ½ 10² °C 2024-05-01 May 1, 2024 1 May 2024 03/04/2024 13/04/2024 2024年5月1日 10:30 T10:30:00+02:00 Z yes No. 是 不是 北京 的 北京的天气 C++ AC/DC x25y Error: {"a":1} [1,2] ["a","b"] null true ; 、 \n “a” café Ⅳ ñ İ ß 元 ¥ CNY per night person error'.split(
    ' ',
  );
const word = fc.constantFrom(...pieces);
const phrase = fc
  .array(fc.tuple(word, fc.constantFrom(' ', '', ', ', ' ', '\n')), { minLength: 1, maxLength: 5 })
  .map((parts) => parts.map(([text, gap]) => text + gap).join(''));
const scalar = fc.oneof(
  phrase,
  phrase,
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
);
const raw = fc.oneof({ weight: 4, arbitrary: phrase }, fc.integer(), fc.boolean(), fc.array(word, { maxLength: 3 }));
const key = fc.constantFrom('price_usd', 'currency', 'unit', 'distanceKm', 'name', 'error', 'days');
const valueAround = (inside: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof(inside, fc.array(inside, { maxLength: 3 }), fc.dictionary(key, inside, { maxKeys: 3 }));

/** A gold with a value that often holds it, alone or among words. */
const compared = raw.chain((answer) => {
  const said = Array.isArray(answer) ? answer.join(', ') : answer;
  const holding = fc.oneof(
    scalar,
    fc.constant(answer),
    fc.constant(said),
    fc.tuple(phrase, phrase).map(([before, after]) => `${before} ${said} ${after}`),
  );
  return fc.tuple(fc.constant(answer), valueAround(holding), holding.map(String));
});

describe('the comparison of answers in Python', function () {
  this.timeout(60_000);

  it('types every answer and decides every comparison as the rest of the project does', () => {
    const cases = fc.sample(compared, { numRuns: 6000, seed: 11 });
    const run = spawnSync('python3', ['-I', '-c', program], { input: JSON.stringify(cases), maxBuffer: 1 << 28 });
    assert.equal(run.stderr.toString(), '');
    const said = JSON.parse(run.stdout.toString()) as unknown[];
    const sent = JSON.parse(JSON.stringify(cases)) as typeof cases;
    let held = 0;
    for (const [at, [answer, value, text]] of sent.entries()) {
      const typed = typeAnswer(answer);
      const expected = typed.ok
        ? [typed.gold, matchesGold(typed.gold, value as never), matchesGoldText(typed.gold, text)]
        : [null, null, null];
      held += expected[1] === true ? 1 : 0;
      assert.deepEqual(said[at], JSON.parse(JSON.stringify(expected)), JSON.stringify(sent[at]));
    }
    assert.ok(held > 1000 && held < 5000, `${held} of 6000 hold the answer`);
  });

  it('knows the same units and the same classes of characters', () => {
    const named = (file: string): string[] =>
      [...file.matchAll(/^\s+['"]([^'"]+\|[^'"]+)['"],$/gm)].map((line) => line[1] ?? '');
    const ours = named(readFileSync(join(folder, '../../../domain/answer/unit.ts'), 'utf8'));
    assert.ok(ours.length > 40);
    assert.deepEqual(named(readFileSync(join(folder, 'astra_play/units.py'), 'utf8')), ours);

    const written = readFileSync(join(folder, 'astra_play/character_ranges.py'), 'utf8');
    const han = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}`;
    const classes = {
      SPACELESS: String.raw`[${han}ー\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]`,
      UNGLUED: String.raw`[${han}\p{Script=Thai}]`,
      LATIN: String.raw`\p{Script=Latin}`,
      LETTERS: String.raw`\p{L}`,
      LOWER: String.raw`\p{Ll}`,
      MARKS: String.raw`\p{M}`,
      NUMBERS: String.raw`\p{N}`,
    };
    for (const [name, pattern] of Object.entries(classes)) {
      const [, text = ''] = new RegExp(`^${name} = """([^"]*)"""`, 'm').exec(written) ?? [];
      assert.deepEqual(text.trim().split(/\s+/), rangesOf(new RegExp(pattern, 'u')), name);
    }
  });
});

/** The characters of a class as ranges, in hexadecimal. */
function rangesOf(pattern: RegExp): string[] {
  const ranges: string[] = [];
  let first: number | undefined;
  for (let code = 0; code <= 0x110000; code++) {
    const isSurrogate = code >= 0xd800 && code <= 0xdfff;
    const isIn = code < 0x110000 && !isSurrogate && pattern.test(String.fromCodePoint(code));
    if (isIn) first ??= code;
    else if (first !== undefined) {
      ranges.push(first === code - 1 ? first.toString(16) : `${first.toString(16)}-${(code - 1).toString(16)}`);
      first = undefined;
    }
  }
  return ranges;
}
