import assert from 'node:assert/strict';
import type { JsonObject } from '../../../src/domain/json.ts';
import { admissionProblem } from '../../../src/domain/judgement/admission.ts';
import { stepTurns } from '../../../src/domain/judgement/parts.ts';
import { answerNotes, callNotes } from '../../../src/domain/judgement/rule-checks.ts';
import { answer, calls, conversation, say, user } from '../trajectory/conversations.ts';
import { question, threeRounds, toolFree, tools } from './talks.ts';

type Made = readonly [string, string, JsonObject | string];

function notes(made: readonly Made[], more: JsonObject = { tools }): string[] {
  const talk = conversation([question, calls(...made), ...made.map(([id]) => answer(id, 'x')), say('y')], more);
  return callNotes(talk).map(({ callId, rule }) => `${callId} ${rule}`);
}

const answered = (request: string, text: string): string[] =>
  answerNotes(conversation([user(request), say(text)])).map(({ rule, detail }) => `${rule}: ${detail}`);

describe('notes on calls', () => {
  const rows: readonly (readonly [string, readonly Made[]])[] = [
    ['c1 empty_name', [['c1', ' ', {}]]],
    ['c1 unknown_tool', [['c1', 'ghost', {}]]],
    ['c1 unreadable_arguments', [['c1', 'minutes', '{to: P']]],
    ['c1 invalid_arguments', [['c1', 'minutes', {}]]],
    ['c1 invalid_arguments', [['c1', 'minutes', { to: 5 }]]],
    [
      'c2 repeated_call',
      [
        ['c1', 'minutes', { to: 'P' }],
        ['c2', 'minutes', '{ "to" : "P" }'],
      ],
    ],
  ];
  for (const [expected, made] of rows) it(`say ${expected}`, () => assert.deepEqual(notes(made), [expected]));

  it('say nothing of right calls, nor of tools that the row does not list', () => {
    assert.deepEqual(
      notes([
        ['c1', 'minutes', { to: 'P' }],
        ['c2', 'minutes', { to: 'Q' }],
      ]),
      [],
    );
    assert.deepEqual(notes([['c1', 'ghost', { any: 1 }]], {}), []);
  });
});

describe('notes on the answer', () => {
  it('name every address that stands nowhere, and none that does', () => {
    assert.deepEqual(
      answered(
        'Look at https://a.example/x?y=1',
        'See https://a.example/x?y=1. And https://b.example, (https://c.example/d).',
      ),
      [
        'unknown_url: https://b.example stands nowhere in the conversation',
        'unknown_url: https://c.example/d stands nowhere in the conversation',
      ],
    );
  });

  it('know addresses of the system prompt, of calls and of results', () => {
    const talk = conversation([
      { role: 'system', content: 'Help is at https://help.example.' },
      question,
      calls(['c1', 'minutes', { to: 'https://call.example/a' }]),
      answer('c1', '{"page": "https:\\/\\/result.example\\/b"}'),
      say('https://help.example, https://call.example/a, https://result.example/b, https://other.example'),
    ]);
    assert.deepEqual(
      answerNotes(talk).map(({ detail }) => detail),
      ['https://other.example stands nowhere in the conversation'],
    );
  });

  it('name ids and numbers that stand nowhere, and none that is only written in another way', () => {
    assert.deepEqual(
      answered(
        'Book room A-204 on 2026-05-12 for 1500 EUR, at most 22.50 an hour.',
        'Booked: A-204 on 12 May 2026, 1,500 EUR, 22.5 an hour, booking BK-9017, 340 EUR. A-204有8个座位。',
      ),
      [
        'unknown_value: BK-9017 stands nowhere in the conversation',
        'unknown_value: 340 stands nowhere in the conversation',
      ],
    );
  });

  it('flag another language of one script where both texts are long enough to tell', () => {
    const request = 'Find a room for eight people in the Alder building and book it for Mara Lund.';
    assert.match(
      answered(request, 'Der Raum ist für Mara Lund gebucht und hat acht Plätze.')[0] ?? '',
      /^other_language: /,
    );
    assert.deepEqual(answered(request, 'Erledigt, Mara!'), []);
    assert.deepEqual(answered(request, 'The room is booked for Mara Lund, and it is in the Alder building.'), []);
  });

  it('flag another script and never decide by it; foreign names are no other script (probe 25)', () => {
    assert.match(
      answered(
        'How long does the ferry take to get there?',
        '这个渡轮从马伦贝格到佩勒贝格需要九十五分钟，请提前到达码头办理手续。',
      )[0] ?? '',
      /^other_script: /,
    );
    assert.deepEqual(
      answered(
        '请问 Marenberg 到 Peleberg 的渡轮需要多长时间？价格是多少？',
        '渡轮需要九十五分钟，价格是十八欧元五十分。',
      ),
      [],
    );
  });
});

describe('what may be judged', () => {
  it('is a conversation with an answer, and with a call where the task wants one', () => {
    assert.equal(admissionProblem(threeRounds), undefined);
    assert.equal(admissionProblem(toolFree), undefined);
    const cut = conversation([question, calls(['c1', 'minutes', { to: 'P' }]), answer('c1', '95')]);
    assert.equal(admissionProblem(cut)?.rule, 'no_final_answer');
    const lazy = conversation([question, say('95, I think.')], { expects: 'calls' });
    assert.equal(admissionProblem(lazy)?.rule, 'no_tool_call');
    assert.equal(admissionProblem(conversation([question, say('?')], { expects: 'no_call' })), undefined);
  });

  it('has a step for each turn that read results while the work went on, talk to the user included', () => {
    assert.deepEqual(stepTurns(threeRounds), [4, 7]);
    const call = (id: string): JsonObject => calls([id, 'minutes', { to: id }]);
    const talk = [
      question,
      call('a'),
      answer('a', '1'),
      say('Go on?'),
      user('Yes.'),
      call('b'),
      answer('b', '2'),
      say('Done.'),
    ];
    assert.deepEqual(stepTurns(conversation(talk)), [3]);
  });
});
