/**
 * Names exchanged in conversations for SFT (ours): a small policy that sees few questions learns their names by heart
 * instead of learning to copy. Every name of a conversation is exchanged for another of its kind, everywhere at once, so
 * that calls, outputs and answer still fit each other. What is read then is no output that a tool ever gave.
 */
import type { Environment } from '../environment/schema.ts';
import type { Json } from '../json.ts';
import { pick, type Rng } from '../random.ts';

/** Names by kind, and the kind of each. */
export interface NamePools {
  readonly kinds: ReadonlyMap<string, readonly string[]>;
  readonly kindOf: ReadonlyMap<string, string>;
}

/** Names have letters only; numbers, units and sentences stay as they are. */
const nameLike = /^\p{Lu}[\p{L}'-]{2,30}$/u;

/**
 * Names of the environments: values of parameters are of the parameter's kind, answers that are no parameter's value are
 * of the kind of what the tool says it does.
 */
export function namePools(environments: readonly Environment[]): NamePools {
  const kindOf = new Map<string, string>();
  const learn = (value: unknown, kind: string): void => {
    if (typeof value === 'string' && nameLike.test(value) && !kindOf.has(value)) kindOf.set(value, kind);
  };
  const cases = environments.flatMap(({ tools }) =>
    tools.flatMap(({ document, cases: all }) => all.map((one) => ({ document, one }))),
  );
  for (const { one } of cases)
    for (const [name, value] of Object.entries(one.call.arguments)) learn(value, `parameter ${name}`);
  for (const { document, one } of cases) learn(one.gold.text, `answer: ${document.description}`);
  const kinds = new Map<string, string[]>();
  for (const [value, kind] of kindOf) kinds.set(kind, [...(kinds.get(kind) ?? []), value]);
  return { kinds, kindOf };
}

/** Other names for those of an environment, no two alike; a name that is alone in its kind stays. */
export function drawNames({ tools }: Environment, { kinds, kindOf }: NamePools, rng: Rng): ReadonlyMap<string, string> {
  const found = tools.flatMap(({ cases }) =>
    cases.flatMap((one) => [...Object.values(one.call.arguments), one.gold.text]),
  );
  const names = [...new Set(found.filter((value) => typeof value === 'string' && kindOf.has(value)))].map(String);
  const taken = new Set<string>();
  return new Map(
    names.map((name) => {
      const kind = kinds.get(kindOf.get(name) ?? '') ?? [];
      const free = kind.filter((other) => !taken.has(other));
      const other = free.length === 0 ? name : pick(rng, free);
      taken.add(other);
      return [name, other];
    }),
  );
}

/** The value with every name exchanged at once, where it stands as a word of its own. */
export function renameIn<T extends Json>(value: T, names: ReadonlyMap<string, string>): T {
  if (names.size === 0) return value;
  const words = [...names.keys()].toSorted((a, b) => b.length - a.length).join('|');
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${words})(?![\\p{L}\\p{N}])`, 'gu');
  const walk = (one: Json): Json => {
    if (typeof one === 'string') return one.replace(pattern, (name) => names.get(name) ?? name);
    if (Array.isArray(one)) return one.map(walk);
    if (one === null || typeof one !== 'object') return one;
    return Object.fromEntries(Object.entries(one).map(([key, item]) => [key, walk(item)]));
  };
  return walk(value) as T; // names change within texts only
}
