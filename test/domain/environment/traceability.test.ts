import assert from 'node:assert/strict';
import type { ToolDocument } from '../../../src/domain/environment/schema.ts';
import { untraceableArguments } from '../../../src/domain/environment/traceability.ts';
import type { Json } from '../../../src/domain/json.ts';

const document: ToolDocument = {
  name: 'book_room',
  description: 'Books a room.',
  parameters: {
    type: 'object',
    properties: {
      value: { type: ['string', 'number'] },
      mode: { type: 'string', enum: ['fast', 'slow'] },
      flag: { type: 'boolean' },
      limit: { type: 'integer', default: 10 },
      list: { type: 'array', items: { type: 'string' } },
      nested: { type: 'object', properties: { mode: { type: 'string', enum: ['x'] } } },
    },
    required: ['value'],
  },
};
const asked = {
  question:
    'Book three rooms for John Smith in New York from 5 March 2024 at 1,200 dollars with 15 % off; 北京 is not meant.',
  known: [{ question: 'Which hotel?', answer: 'Hôtel du Lac, code AB-77' }],
};

describe('the values of a call', () => {
  const given: readonly Json[] = [
    'New York',
    'new_york',
    'Smith, John',
    '2024-03-05',
    '05/03/2024',
    1200,
    '1200',
    15,
    0.15,
    3,
    'AB-77',
    'HÔTEL DU LAC',
    '北京',
  ];
  for (const value of given) {
    it(`may be ${JSON.stringify(value)}, which the question or a known answer gives in some form`, () => {
      assert.deepEqual(untraceableArguments(document, { value }, asked), []);
    });
  }

  const invented: readonly Json[] = [
    'Boston',
    'New Jersey',
    '2024-03-06',
    1201,
    12,
    'York New Haven',
    '',
    null,
    '上海',
  ];
  for (const value of invented) {
    it(`may not be ${JSON.stringify(value)}, which stands nowhere`, () => {
      assert.deepEqual(untraceableArguments(document, { value }, asked), ['value']);
    });
  }

  it('may be members of the enum, the default, and booleans', () => {
    assert.deepEqual(
      untraceableArguments(document, { mode: 'slow', limit: 10, flag: true, nested: { mode: 'x' } }, asked),
      [],
    );
    assert.deepEqual(untraceableArguments(document, { limit: 11 }, asked), ['limit']);
  });

  it('are all needed in a list', () => {
    assert.deepEqual(untraceableArguments(document, { list: ['John', 'Smith'] }, asked), []);
    assert.deepEqual(untraceableArguments(document, { list: ['John', 'Mary'] }, asked), ['list']);
  });

  describe('of a Chinese question', () => {
    const chinese = {
      question:
        '请为张三丰、李白和王小明在北京市海淀区预订三个房间，总价一千二百元，折扣百分之十五，房号AB-77，用3千万元保险。',
      known: [{ question: '住几晚？', answer: '二十五晚' }],
    };
    const givenThere: readonly Json[] = [
      '北京',
      '张三丰',
      '张三丰、李白',
      '王小明',
      '海淀区 AB-77',
      3,
      1200,
      0.15,
      15,
      25,
      30_000_000,
    ];
    for (const value of givenThere) {
      it(`may be ${JSON.stringify(value)}`, () => {
        assert.deepEqual(untraceableArguments(document, { value }, chinese), []);
      });
    }

    const inventedThere: readonly Json[] = [
      '京北',
      '海京、淀北',
      '张白',
      '李三丰 AB-77',
      '丰李',
      '上海',
      26,
      120,
      '北京 AB-78',
    ];
    for (const value of inventedThere) {
      it(`may not be ${JSON.stringify(value)}, whose characters stand apart or nowhere`, () => {
        assert.deepEqual(untraceableArguments(document, { value }, chinese), ['value']);
      });
    }
  });
});
