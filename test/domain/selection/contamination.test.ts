import assert from 'node:assert/strict';
import { ContaminationCheck, matchDetail, textsOf } from '../../../src/domain/selection/contamination.ts';

const place = { file: 'bench.jsonl', line: 7 };
const thirteen = 'one two three four five six seven eight nine ten eleven twelve thirteen';

describe('contamination', () => {
  it('finds thirteen words in a row inside longer texts, without regard to case and punctuation', () => {
    const check = new ContaminationCheck();
    check.addQuestion('a', `Before that: ${thirteen}, and more of our own.`);
    check.addAnswer('b', 'Something else entirely that nobody ever asked of anyone in any place at all, not once.');
    check.look(`Question: "ONE two; ${thirteen.slice(8)}" and other words`, place);
    assert.deepEqual([...check.matches], [['a', { place, text: thirteen }]]);
    const match = check.matches.get('a');
    assert.equal(match && matchDetail(match), `bench.jsonl line 7: "${thirteen}"`);
  });

  it('lets twelve words in a row pass, and thirteen with one word between', () => {
    const check = new ContaminationCheck();
    check.addQuestion('a', `${thirteen} fourteen`);
    check.look(thirteen.replace('one', 'uno'), place);
    check.look(thirteen.replace('seven', 'seven and'), place);
    assert.equal(check.matches.size, 0);
  });

  it('finds a short question that stands there as a whole, and one of eight words inside a longer text', () => {
    const check = new ContaminationCheck();
    check.addQuestion('short', 'What time is it?');
    check.addQuestion('eight', 'Book me a table for two at seven');
    check.look('Tell me: what time is it in Oslo?', place);
    assert.equal(check.matches.size, 0);
    check.look('what time is it', place);
    check.look('User says: book me a table for two at seven, please', place);
    assert.deepEqual([...check.matches.keys()], ['short', 'eight']);
  });

  it('does not take an answer of three words for a copy', () => {
    const check = new ContaminationCheck();
    check.addAnswer('a', 'It is done.');
    check.addAnswer('b', 'It is 4 degrees.');
    check.look('It is done.', place);
    check.look('it is 4 degrees', place);
    assert.deepEqual([...check.matches.keys()], ['b']);
  });

  it('takes two characters for a word where words have no spaces between them', () => {
    const check = new ContaminationCheck();
    const long = '请在下周二之前为两位客人预订一间靠近火车站并且含早餐的双人房间';
    check.addQuestion('polite', `请帮我查一下今天的天气情况，${long}`);
    check.addQuestion('short', '现在几点');
    check.look('请帮我查一下今天的天气情况，谢谢', place);
    assert.equal(check.matches.size, 0);
    check.look(`任务：${long.slice(0, 26)}。`, place);
    check.look('现在几点？', place);
    assert.deepEqual([...check.matches.keys()], ['polite', 'short']);
  });

  it('names every conversation with the text, and keeps the first place of each', () => {
    const check = new ContaminationCheck();
    check.addQuestion('a', thirteen);
    check.addQuestion('b', thirteen);
    check.look(thirteen, place);
    check.look(thirteen, { file: 'other.json', line: 1 });
    assert.deepEqual(
      [...check.matches.values()].map((match) => match.place),
      [place, place],
    );
  });

  it('looks into every text of a value and into no name of a field', () => {
    const value = { id: 3, question: ['a', { role: 'user', content: 'b' }], none: null };
    assert.deepEqual([...textsOf(value)], ['a', 'user', 'b']);
  });
});
