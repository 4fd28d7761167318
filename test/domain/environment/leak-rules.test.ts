import assert from 'node:assert/strict';
import fc from 'fast-check';
import { leakProblems } from '../../../src/domain/environment/leak-rules.ts';
import type { ToolDocument } from '../../../src/domain/environment/schema.ts';
import type { Json } from '../../../src/domain/json.ts';
import { goldOf } from '../../support/python-tools.ts';

const asked = { question: 'How many people live in Paris with 2 children in 2024?', known: [] };

function documentWith(city: { readonly [key: string]: Json }, description = 'Looks up a city.'): ToolDocument {
  return {
    name: 'lookup_city',
    description,
    parameters: { type: 'object', properties: { city: { type: 'string', ...city } }, required: ['city'] },
  };
}

describe('the leak scan', () => {
  it('finds the answer in every place of a document and says where, never what', () => {
    const gold = goldOf('Jean Moulin');
    assert.deepEqual(leakProblems(documentWith({ description: 'For instance jean  MOULIN.' }), gold, asked), [
      'parameters.properties.city.description holds the result of the question or a part of it',
    ]);
    assert.equal(leakProblems(documentWith({ default: 'Jean Moulin' }), gold, asked).length, 1);
    assert.equal(leakProblems(documentWith({ enum: ['a', 'Jean Moulin'] }), gold, asked).length, 1);
    assert.equal(leakProblems(documentWith({ examples: ['Jean Moulin'] }), gold, asked).length, 1);
    assert.equal(leakProblems({ ...documentWith({}), name: 'is_jean_moulin' }, gold, asked).length, 1);
    assert.equal(leakProblems({ ...documentWith({}), name: 'isJeanMoulin' }, gold, asked).length, 1);
    assert.deepEqual(leakProblems(documentWith({}), gold, asked), []);
  });

  it('finds a number in any spelling, and no number inside another', () => {
    const gold = goldOf('2,102,650 people');
    assert.equal(leakProblems(documentWith({}, 'Returns 2102650.'), gold, asked).length, 1);
    assert.equal(leakProblems(documentWith({}, 'Returns 2.10265 million.'), gold, asked).length, 1);
    assert.deepEqual(leakProblems(documentWith({}, 'Returns 12102650.'), gold, asked), []);
  });

  it('finds the items of a list, but not those the question names', () => {
    const gold = goldOf(['Paris', 'Marseille']);
    assert.deepEqual(leakProblems(documentWith({}, 'For Paris.'), gold, asked), []);
    assert.equal(leakProblems(documentWith({}, 'For Marseille.'), gold, asked).length, 1);
  });

  it('finds the longer numbers within a phrase', () => {
    const gold = goldOf('Reservation 987654 is confirmed');
    assert.equal(leakProblems(documentWith({}, 'Such as 987654.'), gold, asked).length, 1);
  });

  it('looks for short answers and booleans only as whole values', () => {
    assert.deepEqual(leakProblems(documentWith({}, 'Give up to 25 cities.'), goldOf('25'), asked), []);
    assert.equal(leakProblems(documentWith({ default: '25' }), goldOf('25'), asked).length, 1);
    assert.equal(leakProblems(documentWith({ examples: [25] }), goldOf('25'), asked).length, 1);
    assert.deepEqual(leakProblems(documentWith({ default: true }), goldOf(true), asked), []);
    assert.deepEqual(leakProblems(documentWith({}, 'True when it is so.'), goldOf(true), asked), []);
  });

  it('is as strict with Chinese as with Latin text', () => {
    const shown = (answer: Parameters<typeof goldOf>[0], text: string): number =>
      leakProblems(documentWith({ description: text }), goldOf(answer), asked).length;

    assert.equal(shown('屠呦呦', '例如屠呦呦。'), 1, 'a name of three characters');
    assert.equal(shown('北京', '城市名，如北京'), 1, 'a name of two');
    assert.equal(shown('李白、杜甫、白居易', '诗人，如杜甫'), 1, 'an item of a list');
    assert.equal(shown(['红色', '蓝色'], '颜色：红色、绿色'), 1, 'an item between others');
    assert.equal(shown('3500米', '海拔三千五百米'), 1, 'a number in other signs');
    assert.equal(shown('3500米', '海拔3500米'), 1);
    assert.equal(shown('25人', '最多25个城市'), 0, 'a short number stands anywhere by chance');
    assert.equal(shown('红', '红军长征的城市'), 0, 'so does a single character');
    assert.equal(shown('是', '是否为首都'), 0);
    assert.equal(shown('北京', '首都的名称'), 0);
    assert.equal(leakProblems(documentWith({ default: '红' }), goldOf('红'), asked).length, 1);
    assert.equal(leakProblems(documentWith({ enum: ['红', '蓝'] }), goldOf('红'), asked).length, 1);
  });

  it('refuses examples that repeat the question, and lets members of an enum stand', () => {
    const gold = goldOf('2102650');
    assert.deepEqual(leakProblems(documentWith({ examples: ['Paris'] }), gold, asked), [
      'parameters.properties.city.examples: an example value repeats the question',
    ]);
    assert.equal(leakProblems(documentWith({ example: 2024 }), gold, asked).length, 1);
    assert.deepEqual(leakProblems(documentWith({ examples: ['Lyon'] }), gold, asked), []);
    assert.deepEqual(leakProblems(documentWith({ enum: ['Paris', 'Lyon'], examples: ['Paris'] }), gold, asked), []);
  });

  it('takes a parameter called "example" for a parameter', () => {
    const document = documentWith({});
    const named = { ...document, parameters: { ...document.parameters, properties: { example: { type: 'string' } } } };
    assert.deepEqual(leakProblems(named, goldOf('2102650'), asked), []);
  });

  it('always finds an answer of two long words, wherever it is put', () => {
    const word = fc.stringMatching(/^[a-z]{4,9}$/);
    fc.assert(
      fc.property(word, word, fc.constantFrom('description', 'default', 'title'), (first, second, key) => {
        const gold = goldOf(`${first} ${second}`);
        const shown = `Some text, ${first.toUpperCase()} ${second}; more`;
        return leakProblems(documentWith({ [key]: shown }), gold, asked).length > 0;
      }),
    );
  });
});
