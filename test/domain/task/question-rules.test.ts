import assert from 'node:assert/strict';
import { questionProblems } from '../../../src/domain/task/question-rules.ts';
import { targetProblems } from '../../../src/domain/task/target-rules.ts';
import { freeOrder, kitchen, office, planOrder, question } from './office.ts';

const rulesOf = (text: string, server = office): string[] =>
  questionProblems(text, server, ['open_case', 'getNotes']).map(({ rule }) => rule);

describe('what a question is held against', () => {
  it('lets a request with its values through', () => {
    assert.deepEqual(rulesOf(question), []);
    assert.deepEqual(rulesOf('Search the files for "open_case.txt" and tell me what it says.'), []);
  });

  const refused: { readonly [rule: string]: readonly string[] } = {
    question_empty: ['', ' \n '],
    question_copied: [
      'Keeps the cases of people who come to the desk.'.slice(0, -1),
      'Reads what was written about a person',
    ],
    names_tool: [
      'Please use open_case for Lena.',
      'Please open case for Lena.',
      'Please OPEN-CASE for Lena.',
      'Run "getNotes" on it.',
      'Then get notes of it.',
      'Call `search` with "x".',
      'Call search("x") for me.',
      'Use the tool "search" on it.',
      '请使用open_case工具。',
    ],
    names_parameter: [
      'Set person_name to Lena.',
      'Fill in "case_id" for me.',
      'Lena is the personName? No: person_name.',
    ],
    asks_how: [
      'How do I start a file?',
      'Explain how files are started.',
      'Please show me how to start a file.',
      'What are the steps to start a file?',
      '如何开始一个文件？',
      '请告诉我怎么查询。',
      'Comment puis-je commencer ?',
      '¿Cómo puedo empezar?',
    ],
    language: ['请为莱娜新建一份档案，然后结束它。'],
  };
  for (const [rule, texts] of Object.entries(refused)) {
    it(`refuses ${rule}`, () => {
      for (const text of texts) assert.ok(rulesOf(text).includes(rule), `${text}: ${rulesOf(text).join()}`);
    });
  }

  it('takes words that only look like it', () => {
    for (const text of [
      'How many files are there about "Lena"? Count them for me.',
      'Tell me how many files there are.',
      'I search for a file about "Lena": find it.',
      'Add the columns "case id" and "person" to my table.',
      'My reopen_cases list is called "x".',
    ])
      assert.deepEqual(rulesOf(text), [], text);
    assert.deepEqual(rulesOf('几个人吃饭怎么多都行：请为4个人推荐菜。', kitchen), []);
  });

  it('tells languages of one script apart where there are words enough', () => {
    const french = {
      ...office,
      description: 'Gère les dossiers des patients et les rendez-vous du cabinet pour vous.',
    };
    const english = { ...office, description: 'Keeps the records of the patients and the appointments of a practice.' };
    const asked = 'Ajoutez un dossier pour Léna Moreau, puis prenez un rendez-vous avec elle mardi à dix heures.';
    assert.deepEqual(rulesOf(asked, french), []);
    assert.deepEqual(rulesOf(asked, english), ['language']);
    assert.deepEqual(rulesOf('Nouveau dossier: Léna Moreau', english), []);
  });

  it('wants the language of the description, and decides nothing where that mixes scripts', () => {
    assert.deepEqual(rulesOf('请为"4"个人推荐合适的菜品。', kitchen), []);
    assert.deepEqual(rulesOf('Please recommend dishes for four people tonight.', kitchen), ['language']);
    const mixed = { ...kitchen, description: 'HowToCook recipe 查询菜谱 service for MCP 推荐' };
    assert.deepEqual(rulesOf('Please recommend dishes for four people tonight.', mixed), []);
    assert.deepEqual(rulesOf('请为"4"个人推荐合适的菜品。', mixed), []);
  });
});

describe('the tools of a task', () => {
  const rules = (tools: readonly string[], order = planOrder): string[] =>
    targetProblems(tools, order, office).map(({ rule }) => rule);

  it('are those of the chain, whatever their order', () => {
    assert.deepEqual(rules(['close_case', 'open_case']), []);
    assert.deepEqual(rules(['open_case']), ['tool_set']);
    assert.deepEqual(rules(['open_case', 'close_case', 'search']), ['tool_set']);
  });

  it('are as many as were asked for, and known', () => {
    assert.deepEqual(rules(['open_case', 'search'], freeOrder), []);
    assert.deepEqual(rules(['open_case', 'open_case'], freeOrder), ['tool_count']);
    assert.deepEqual(rules(['open_case'], freeOrder), ['tool_count']);
    assert.deepEqual(rules(['open_case', 'ghost'], freeOrder), ['unknown_tool']);
  });
});
