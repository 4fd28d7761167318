/** Python tools and candidates around one honest look-up tool, for tests of the acceptance rules. */
import { typeAnswer } from '../../src/domain/answer/gold.ts';
import type { GoldAnswer, RawAnswer } from '../../src/domain/answer/schema.ts';
import type { ToolCandidate, ToolDocument } from '../../src/domain/environment/schema.ts';

export const populationDocument: ToolDocument = {
  name: 'lookup_population',
  description: 'Looks up how many people live in a French city.',
  parameters: {
    type: 'object',
    properties: {
      city: { type: 'string', description: 'Name of the city.' },
      unit: { type: 'string', enum: ['people', 'thousands'], default: 'people', description: 'Unit of the count.' },
    },
    required: ['city'],
  },
};

const table = `
POPULATION = {
    "paris": 2102650, "lyon": 522250, "nice": 348085, "lille": 236710, "nantes": 323204,
}
`;

const checks = `
    if not isinstance(city, str):
        raise TypeError("city must be text")
    if unit not in ("people", "thousands"):
        raise ValueError("unit must be people or thousands")
    key = city.strip().lower()
    if key not in POPULATION:
        return {"error": {"type": "unknown_city", "message": "no such city"}}
`;

const result = `
    count = POPULATION[key]
    return {"city": key, "count": count if unit == "people" else count / 1000}
`;

/** The honest tool: a table, checks, a result that depends on its arguments. */
export const populationCode = toolCode({});

/** The honest tool with parts of it replaced. */
export function toolCode(parts: {
  before?: string;
  table?: string;
  head?: string;
  checks?: string;
  result?: string;
}): string {
  const head = parts.head ?? 'def lookup_population(city, unit="people"):';
  return `${parts.before ?? ''}${parts.table ?? table}\n${head}${parts.checks ?? checks}${parts.result ?? result}`;
}

/** A typed answer; throws for one that cannot be typed. */
export function goldOf(raw: RawAnswer): GoldAnswer {
  const typed = typeAnswer(raw);
  if (!typed.ok) throw new Error(`no gold answer: ${typed.detail}`);
  return typed.gold;
}

/** The candidate of the honest tool, with changes. */
export function populationCandidate(changes: Partial<ToolCandidate> = {}): ToolCandidate {
  return {
    nodeId: 1,
    question: 'How many people live in Paris?',
    known: [],
    gold: goldOf('2,102,650'),
    document: populationDocument,
    call: { name: 'lookup_population', arguments: { city: 'Paris' } },
    code: populationCode,
    ...changes,
  };
}
