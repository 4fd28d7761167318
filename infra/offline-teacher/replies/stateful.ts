/** The writers of environments with state: design, gold plan, module. */
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { rngOf } from '../draws.ts';
import { asList, asObject, asText } from '../json-text.ts';
import { pythonLiteral } from '../tools/python-text.ts';
import { familyFor, familyOf } from '../worlds/families.ts';
import { commonChecks, type Family } from '../worlds/family.ts';
import type { ReplyContext } from './context.ts';

export function design({ inputs, seed }: ReplyContext): JsonObject {
  const scenario = asText(asObject(inputs['scenario'])['scenario']);
  const { task, tools, state_schema, initial_state } = familyFor(scenario).world(rngOf(seed));
  return {
    analysis: 'Entries are kept by id; conditions tie the calls to an order; the figure comes out at the end.',
    task,
    tools,
    state_schema,
    initial_state,
  };
}

export function plan({ inputs }: ReplyContext): JsonObject {
  const planned = familyOf(inputs['tools'])?.plan(asText(inputs['task']), asObject(inputs['initial_state']));
  if (planned === undefined) return guess(asText(asObject(asList(inputs['tools'])[0])['name']));
  // A plan is built of texts and numbers.
  return { analysis: 'Each call was worked out from the documents.', ...(planned as unknown as JsonObject) };
}

/** A plan of the right form for a task of another make. */
function guess(name: string): JsonObject {
  const call = { name, arguments: {} };
  const goal = [{ path: ['result'], equals: 'unknown' }];
  return { analysis: 'The task is of another make.', calls: [call, call], goal, answers: [] };
}

export function implementation({ inputs }: ReplyContext): JsonObject {
  const family = familyOf(inputs['tools']);
  const code = family === undefined ? 'STATE = {}\n' : moduleOf(family, inputs['initial_state'] ?? {});
  return { analysis: 'Everything is checked before the first change.', code };
}

/** The whole module. */
export function moduleOf({ functions }: Pick<Family, 'functions'>, state: Json): string {
  return `STATE = ${pythonLiteral(state)}\n${commonChecks}${functions}`;
}
