import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseOutput, splitReasoning } from '../../../src/activities/llm/parse-output.ts';

const objects = { type: 'object' };

describe('splitReasoning', () => {
  const table: [string, string, string | null, { reasoning: string | null; content: string }][] = [
    ['takes the field as it is', '{"a":1}', 'thought', { reasoning: 'thought', content: '{"a":1}' }],
    ['takes a think tag off', '<think>\nhm\n</think>\n{"a":1}', null, { reasoning: 'hm', content: '\n{"a":1}' }],
    ['takes a tag behind a word', 'Ok. <think>hm</think>{}', null, { reasoning: 'hm', content: '{}' }],
    ['takes thinking before a lone closing tag', 'hm {x}</think>{}', null, { reasoning: 'hm {x}', content: '{}' }],
    ['joins field and tag', '<think>b</think>{}', 'a', { reasoning: 'a\nb', content: '{}' }],
    ['makes no thinking of an empty tag', '<think></think>{}', null, { reasoning: null, content: '{}' }],
    [
      'leaves tags inside the answer',
      '{"a":"<think>x</think>"}',
      null,
      { reasoning: null, content: '{"a":"<think>x</think>"}' },
    ],
    [
      'leaves a lone closing tag inside the answer',
      '{"a":"</think>"}',
      null,
      { reasoning: null, content: '{"a":"</think>"}' },
    ],
    ['keeps the text of thinking that never ends', '<think>hm', null, { reasoning: null, content: '<think>hm' }],
  ];
  for (const [title, text, field, expected] of table) {
    it(title, () => {
      assert.deepEqual(splitReasoning(text, field), expected);
    });
  }
});

describe('parseOutput', () => {
  const values: [string, string, unknown][] = [
    ['plain JSON', '{"a":[1,{"b":"}"}]}', { a: [1, { b: '}' }] }],
    ['JSON in a fence with a label', '```json\n{"a":1}\n```', { a: 1 }],
    ['JSON with a fence inside a string', 'Here:\n```\n{"code":"```py\\nx```"}\n```', { code: '```py\nx```' }],
    ['the first value between prose', 'Sure! {"a":1} or {"a":2}. Bye', { a: 1 }],
    ['an object behind a list in brackets', 'As in [1], {"a":1}', { a: 1 }],
    ['an object behind braces that are no JSON', 'the set {x, y} gives {"a":1}', { a: 1 }],
    ['strings with escaped quotes and braces', 'so {"a":"\\"}{\\\\"}!', { a: '"}{\\' }],
  ];
  for (const [title, text, expected] of values) {
    it(`finds ${title}`, () => {
      assert.deepEqual(parseOutput(text, objects), { ok: true, value: expected });
    });
  }

  it('finds a list where the schema asks for one', () => {
    assert.deepEqual(parseOutput('Here: [1,2]', { type: 'array' }), { ok: true, value: [1, 2] });
  });

  const problems: [string, string, RegExp][] = [
    ['thinking that never ends', '<think>{"a":1}', /never closed/],
    ['nothing', ' \n', /empty/],
    ['prose alone', 'I cannot say.', /no JSON value/],
    ['an object that is cut off, and takes no inner one for it', 'x {"a":{"b":1},"c":', /not complete/],
    ['almost JSON', "{'a': 1}", /no valid JSON value \(Expected property .*\); this is none: \{'a': 1\}/],
    ['a line break in a name', '{"a\n":1}', /\(Bad control character in string literal in JSON at position 3\)/],
    ['a bare word, without quoting the engine', '{"a": b}', /\(Unexpected token 'b'\)/],
    ['a trailing comma', '{"a":1,}', /no valid JSON/],
    ['U+0000 in a text', '{"a":"\\u0000"}', /U\+0000/],
    ['half a surrogate pair in a name', '{"\\ud800":1}', /surrogate/],
  ];
  for (const [title, text, problem] of problems) {
    it(`refuses ${title}`, () => {
      const parsed = parseOutput(text, objects);

      assert.ok(!parsed.ok);
      assert.match(parsed.problem, problem);
    });
  }

  it('finds any object between any prose without braces', () => {
    const prose = fc.string({ unit: 'grapheme' }).filter((text) => !/[{}]|think>/.test(text));
    const value = fc.dictionary(
      fc.string(),
      fc.jsonValue({ noUnicodeString: true }).filter((item) => !JSON.stringify(item).includes('\\u0000')),
    );
    fc.assert(
      fc.property(prose, value, prose, (before, object, after) => {
        fc.pre(!JSON.stringify(object).includes('\\u0000'));
        const parsed = parseOutput(`${before}${JSON.stringify(object)}${after}`, objects);

        assert.deepEqual(parsed, { ok: true, value: JSON.parse(JSON.stringify(object)) });
      }),
    );
  });

  it('takes long texts of brackets without slowing down', () => {
    assert.equal(parseOutput('{'.repeat(200_000), objects).ok, false);
    assert.equal(parseOutput('{}x '.repeat(50_000).replaceAll('{}', '{y}'), objects).ok, false);
    assert.equal(parseOutput(`{"a":"${'x\\n'.repeat(200_000)}"} .`, objects).ok, true);
  });
});
