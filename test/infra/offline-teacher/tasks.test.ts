import assert from 'node:assert/strict';
import { partsOf } from '../../../infra/offline-teacher/agent/request-text.ts';
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { taskPrompts } from '../../../src/domain/task/prompts.ts';
import type { PoolServer } from '../../../src/domain/tool-pool/schema.ts';
import { freeOrder, kitchen, office, planOrder, variant, written } from '../../domain/task/office.ts';
import { replyFor } from './asking.ts';

interface Asked {
  readonly prompt: string;
  readonly facts: object;
  readonly params?: JsonObject;
}

/** What the prompt's own rules say of ten replies: "ok" or the first rule. */
function verdicts({ prompt, facts, params = {} }: Asked, faults = ''): Set<string> {
  const spec = taskPrompts.find(({ id }) => id === prompt) ?? assert.fail(prompt);
  const known = facts as JsonObject; // the fixtures are JSON throughout
  const inputs = JSON.parse(JSON.stringify(spec.inputs(known, params))) as { readonly [name: string]: Json };
  return new Set(
    Array.from({ length: 10 }, (_, seed) => {
      const checked = spec.check(replyFor({ prompt, inputs, seed, faults }), known, params);
      return checked.ok ? 'ok' : (checked.problems[0]?.rule ?? 'no rule');
    }),
  );
}

const kitchenOrder = { ...planOrder, chain: { id: 'c', tools: ['get_recipes', 'get_shopping_list'] } };
const asked: { readonly [name: string]: Asked } = {
  plan: { prompt: 'task/plan', facts: { server: office, order: planOrder } },
  'plan in Chinese': { prompt: 'task/plan', facts: { server: kitchen, order: kitchenOrder } },
  free: { prompt: 'task/free', facts: { server: office, order: freeOrder } },
  diverse: augmenting('diverse'),
  complicate: augmenting('complicate'),
  persona: augmenting('persona'),
  score: { prompt: 'task/score', facts: { server: office, variant } },
  'without tools': { prompt: 'task/without-tools', facts: { server: office, variant } },
  forgetting: scripted('missing_parameter'),
  changing: scripted('changed_mind'),
  adding: scripted('multi_request'),
};

function augmenting(mode: string): Asked {
  const facts = { server: office, order: planOrder, task: written };
  return { prompt: 'task/augment', facts, params: { mode, variations: 2, persona: null } };
}

/** The value stands where the writer puts it. */
function scripted(kind: string): Asked {
  const question = 'Here is what I need today: start a new file about a person (person name "Lena Ortiz").';
  return { prompt: 'task/user-script', facts: { server: office, variant: { ...variant, question } }, params: { kind } };
}

describe('tasks of the offline teacher', () => {
  for (const [name, one] of Object.entries(asked)) {
    it(`pass the rules: ${name}`, () => assert.deepEqual([...verdicts(one)], ['ok']));
  }

  it('hold a sentence per tool, and values behind the plain words of their parameters', () => {
    const ask = (server: PoolServer): string => {
      const spec = taskPrompts[0] ?? assert.fail();
      const order = server === kitchen ? kitchenOrder : planOrder;
      const inputs = JSON.parse(JSON.stringify(spec.inputs({ server, order } as unknown as JsonObject, {})));
      return String(replyFor({ prompt: 'task/plan', inputs })['question']);
    };

    const parts = partsOf(ask(office)).filter(({ values }) => values.length > 0);
    assert.deepEqual(
      parts.map(({ values }) => values[0]?.label.slice(-2)),
      [['person', 'nam']],
    );
    assert.match(ask(kitchen), /根据分类查询菜谱.*category为".+"/u);
  });
});

describe('wrong tasks on purpose', () => {
  const expected: readonly (readonly [string, string, string])[] = [
    ['named-tool', 'plan', 'names_tool'],
    ['wrong-tool-set', 'plan', 'tool_set'],
    ['wrong-tool-set', 'free', 'tool_count'],
    ['other-language', 'plan', 'language'],
    ['other-language', 'plan in Chinese', 'language'],
    ['how-question', 'free', 'asks_how'],
    ['empty-question', 'plan', 'question_empty'],
    ['empty-variations', 'diverse', 'schema_invalid'],
    ['named-variation', 'complicate', 'names_tool'],
    ['same-variation', 'persona', 'variation_unchanged'],
    ['score-out-of-range', 'score', 'schema_invalid'],
    ['score-words', 'score', 'schema_invalid'],
    ['kept-value', 'forgetting', 'script_keeps_value'],
    ['no-wish', 'adding', 'script_without_wish'],
  ];
  for (const [kind, name, rule] of expected) {
    it(`of kind ${kind} are refused as ${rule} (${name})`, () => {
      assert.deepEqual([...verdicts(asked[name] ?? assert.fail(name), `rate=1;kinds=${kind}`)], [rule]);
    });
  }
});
