/** Gold plans that must be refused, each by another rule. */
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { asInteger, asList, asObject, asText, isObject } from '../json-text.ts';
import type { ChatRequest } from '../read-request.ts';
import type { GoldFault } from './stateful-kinds.ts';

interface Plan {
  readonly calls: readonly JsonObject[];
  readonly goal: readonly JsonObject[];
  readonly answers: readonly JsonObject[];
}

export function spoilGold(kind: GoldFault, request: ChatRequest, value: Json): Json {
  const reply = asObject(value);
  const plan = {
    calls: asList(reply['calls']).map(asObject),
    goal: asList(reply['goal']).map(asObject),
    answers: asList(reply['answers']).map(asObject),
  };
  // A plan is built of JSON values.
  return { ...reply, ...(CHANGES[kind](plan, request) as unknown as JsonObject) };
}

const CHANGES: { readonly [Kind in GoldFault]: (plan: Plan, request: ChatRequest) => Plan } = {
  'order-free': (plan, request) => orderFree(plan, asObject(request.inputs['initial_state'])),
  'forgotten-call': (plan) => without(plan, unreferenced(plan)),
  'idle-call': (plan) => shifted(plan, 1, [plan.calls[(asInteger(plan.answers[0]?.['call']) ?? 1) - 1] ?? {}]),
  'loose-goal': ({ calls, goal }) => ({ calls, goal: goal.slice(0, 1), answers: [] }),
  'wrong-total': (plan) => ({
    ...plan,
    answers: plan.answers.map((one) => ({ ...one, answer: (asInteger(one['answer']) ?? 0) + 10 })),
  }),
  'goal-met': (plan, request) => ({
    ...plan,
    goal: [...plan.goal, alreadyTrue(request.inputs['initial_state'] ?? {})],
  }),
  'invented-value': (plan) => ({ ...plan, calls: plan.calls.map(otherNumber) }),
};

/** Two calls that have nothing to do with each other, where the plan has two such calls. */
function orderFree(plan: Plan, state: JsonObject): Plan {
  const calls = plan.calls.filter((call) => call['name'] === 'add_item');
  if (calls.length < 2) return plan;
  const goal = calls.map((call) => {
    const { sku, quantity } = asObject(call['arguments']) as { sku?: Json; quantity?: Json };
    const stock = asInteger(asObject(asObject(state['products'])[asText(sku)])['stock']) ?? 0;
    return { path: ['products', asText(sku), 'stock'], equals: stock - (asInteger(quantity) ?? 0) };
  });
  return { calls, goal, answers: [] };
}

/** The second call, or the first when later ones refer to the second. */
function unreferenced({ calls, goal }: Plan): number {
  return JSON.stringify([calls, goal]).includes('"$2.') ? 0 : 1;
}

function without(plan: Plan, left: number): Plan {
  const rest = shifted({ ...plan, calls: plan.calls.filter((_, at) => at !== left) }, 0, []);
  const moved = (text: string): string =>
    text.replace(/\$(\d+)\./g, (reference, no: string) => (Number(no) > left + 1 ? `$${Number(no) - 1}.` : reference));
  const answers = rest.answers.map((one) => ({ ...one, call: (asInteger(one['call']) ?? 1) - 1 }));
  return { ...mapTexts(rest, moved), answers };
}

/** New calls at the front; references and answers follow. */
function shifted(plan: Plan, by: number, front: readonly JsonObject[]): Plan {
  const moved = (text: string): string => text.replace(/\$(\d+)\./g, (_, no: string) => `$${Number(no) + by}.`);
  const { calls, goal, answers } = mapTexts(plan, moved);
  return {
    calls: [...front, ...calls],
    goal,
    answers: answers.map((one) => ({ ...one, call: (asInteger(one['call']) ?? 1) + by })),
  };
}

function mapTexts(plan: Plan, change: (text: string) => string): Plan {
  const walk = (value: Json): Json => {
    if (typeof value === 'string') return change(value);
    if (Array.isArray(value)) return value.map((item: Json) => walk(item));
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item)]));
  };
  const list = (items: readonly JsonObject[]): JsonObject[] => items.map((item) => asObject(walk(item)));
  return { calls: list(plan.calls), goal: list(plan.goal), answers: plan.answers };
}

/** Something that stands in the first state, as if it were a goal. */
function alreadyTrue(state: Json): JsonObject {
  const path: string[] = [];
  let value: Json = state;
  while (isObject(value)) {
    const [key, item]: [string, Json] = Object.entries(value)[0] ?? ['', null];
    path.push(key);
    value = item;
  }
  return { path, equals: value };
}

function otherNumber(call: JsonObject): JsonObject {
  const args = Object.entries(asObject(call['arguments']));
  const changed = args.map(([name, value]): [string, Json] => [name, typeof value === 'number' ? value + 1 : value]);
  return { ...call, arguments: Object.fromEntries(changed) };
}
