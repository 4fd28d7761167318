import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  compareAnswers,
  noTranslation,
  toLiveArguments,
  toRecordedText,
} from '../../../src/domain/tool-call/translation.ts';

const same = (recorded: string, live: string): boolean => compareAnswers(recorded, live).same;

describe('answers of a rebuilt server', () => {
  it('count as the same where only ids, moments and durations differ', () => {
    const pairs: [string, string][] = [
      ['{"id":"2f1f9f52-9c1c-4b0e-8b6f-0c8a1f0f1a11"}', '{"id":"9a0c2e77-11d2-4a51-9f2f-7d6a5b4c3d2e"}'],
      ['Game ID: fb6a7d27', 'Game ID: 0c91ee45'],
      ['Game ID: 49371083', 'Game ID: 51299304'],
      ['todo a2786aaa-c61', 'todo b7790caf-0d2'],
      ['at 2026-11-23T07:11:03.805+00:00', 'at 2026-11-23T08:00:59.120+00:00'],
      ['Mon Nov 23 2026 07:10:25 GMT+0000', 'Tue Nov 24 2026 17:10:25 GMT+0000'],
      ['due 2026-11-23', 'due 2026-11-24'],
      ['"modified": 1795420477.6790774', '"modified": 1795420480.2990773'],
      ['http://127.0.0.1:8080/game', 'http://127.0.0.1:8081/game'],
      ['{"elapsed_ms": 12, "n": 3}', '{"elapsed_ms": 170, "n": 3}'],
      ['done in 0.31 seconds', 'done in 12 seconds'],
      [
        'saved to file_2f1f9f52-9c1c-4b0e-8b6f-0c8a1f0f1a11.csv',
        'saved to file_9a0c2e77-11d2-4a51-9f2f-7d6a5b4c3d2e.csv',
      ],
    ];
    for (const [recorded, live] of pairs) assert.equal(same(recorded, live), true, recorded);
  });

  it('drift where content differs, and say where', () => {
    const pairs: [string, string][] = [
      ['Sunny', 'Cloudy'],
      ['total 17', 'total 18'],
      ['price 3.50', 'price 3.75'],
      ['ratio 3:8080', 'ratio 3:8081'],
      ['sheet1', 'sheet2'],
      ['[1, 2]', '[1, 2, 3]'],
      ['a b', 'a  b'],
      ['done', 'done!'],
      ['Q3', '2026-11-23'],
    ];
    for (const [recorded, live] of pairs) assert.equal(same(recorded, live), false, recorded);
    const compared = compareAnswers('It is Sunny today', 'It is Cloudy today');
    assert.deepEqual(compared, { same: false, drift: { recorded: 'It is Sunny today', live: 'It is Cloudy today' } });
  });

  it('drift where one id of the record would be two of the server, or the other way round', () => {
    assert.equal(same('a1b2c3d4 a1b2c3d4', 'b1b2c3d4 c1b2c3d4'), false);
    assert.equal(same('a1b2c3d4 f1b2c3d4', 'b1b2c3d4 b1b2c3d4'), false);
    assert.equal(same('07:00:01 07:00:02', '08:00:01 08:00:01'), true);
  });

  it('teach which arguments and later answers mean the same', () => {
    const compared = compareAnswers('{"id":"a1b2c3d4","n":49371083}', '{"id":"f9e8d7c6","n":51299304}');
    assert.ok(compared.same);
    const { translation } = compared;

    assert.deepEqual(toLiveArguments({ item: 'a1b2c3d4', list: [49371083, 5], note: 'see a1b2c3d4.' }, translation), {
      item: 'f9e8d7c6',
      list: [51299304, 5],
      note: 'see f9e8d7c6.',
    });
    assert.equal(toRecordedText('f9e8d7c6 of 51299304', translation), 'a1b2c3d4 of 49371083');
  });

  it('are the same as themselves, whatever they are', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.lorem()), (text) => {
        assert.equal(same(text, text), true);
      }),
    );
  });

  it('read as the record again, word for word, once their ids are known', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.uuid(), { minLength: 2, maxLength: 8 }), fc.lorem(), (ids, words) => {
        const half = Math.floor(ids.length / 2);
        const [recorded, live] = [ids.slice(0, half), ids.slice(half, 2 * half)].map(
          (list) => `${words}: ${list.join(', ')}`,
        );
        const compared = compareAnswers(recorded ?? '', live ?? '', noTranslation);
        assert.ok(compared.same);
        assert.equal(toRecordedText(live ?? '', compared.translation), recorded);
      }),
    );
  });
});
