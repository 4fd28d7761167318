/**
 * Which environments a policy is measured on (ours; method §11): none of their templates and none of their entities may
 * occur in training, or memory would pass for skill. A template is a question without its names, values and numbers; an
 * entity is a value that the question gives to a call.
 */
import type { Environment } from '../environment/schema.ts';
import { canonicalJson, hashText } from '../ids.ts';
import { seededRng, shuffle } from '../random.ts';
import type { StatefulEnvironment } from '../stateful/schema.ts';
import type { TaskEnvironment } from './schema.ts';
import { isStateful } from './task-environment.ts';

export interface SplitSubject {
  readonly id: string;
  readonly domain: string;
  readonly template: string;
  readonly entities: readonly string[];
}

/** What an environment is compared by. */
export function splitSubject(environment: TaskEnvironment): SplitSubject {
  return isStateful(environment) ? statefulSubject(environment) : questionSubject(environment);
}

/** Equal scenarios are relatives however differently they were worked out; so are tasks that differ in values only. */
function statefulSubject({ id, domain, scenario, task, gold }: StatefulEnvironment): SplitSubject {
  const values = gold.flatMap(({ args }) => Object.values(args));
  const given = values.filter((value) => typeof value === 'string' && task.includes(value)).map(String);
  const entities = new Set([...given.map((value) => value.toLowerCase()), `scenario ${hashText(scenario)}`]);
  return { id, domain, template: hashText(maskedQuestion(task, values)), entities: [...entities].toSorted() };
}

function questionSubject({ id, domain, tools, nodes }: Environment): SplitSubject {
  const given = new Set<string>();
  const shapes = tools.flatMap((tool) =>
    tool.cases.map((one) => {
      for (const value of Object.values(one.call.arguments))
        if (typeof value === 'string' && one.question.includes(value)) given.add(value.toLowerCase());
      return { node: one.nodeId, shape: maskedQuestion(one.question, Object.values(one.call.arguments)) };
    }),
  );
  const order = new Map(nodes.map((node, at) => [node.id, at]));
  const template = nodes.map((node) => ({
    asks: shapes.find(({ node: at }) => at === node.id)?.shape ?? '',
    after: node.dependencies.map((dependency) => order.get(dependency) ?? -1),
  }));
  return { id, domain, template: hashText(canonicalJson(template)), entities: [...given].toSorted() };
}

function maskedQuestion(question: string, values: readonly unknown[]): string {
  const texts = values.filter((value) => typeof value === 'string' && value !== '');
  const masked = texts.reduce<string>((text, value) => text.replaceAll(String(value), '_'), question);
  return masked
    .replaceAll(/"[^"]*"|“[^”]*”/gu, '_')
    .replaceAll(/\d[\d.,:/-]*/gu, '_')
    .toLowerCase();
}

export interface Split {
  readonly training: readonly string[];
  readonly heldOut: readonly string[];
  /** In neither, because they would join what must be apart. */
  readonly left: readonly { readonly id: string; readonly reason: string }[];
  readonly by: 'template and entity' | 'template, sharing entities left out' | 'domain' | 'everything trains';
}

/**
 * Splits by groups that share a template or an entity; the largest of them always trains. When all hang together,
 * templates are split and training environments that share an entity with a held-out one are left out. Of one template
 * nothing can be held out. `share` is the part that is to be held out, in (0, 1); the same seed gives the same split.
 */
export function splitHeldOut(subjects: readonly SplitSubject[], share: number, seed: string): Split {
  const parts = components(subjects, keysOf);
  if (parts.length > 1) {
    const heldOut = chooseHeldOut(parts, { share, seed, total: subjects.length });
    const held = new Set(heldOut.map(({ id }) => id));
    const training = subjects.filter(({ id }) => !held.has(id));
    return { training: ids(training), heldOut: ids(heldOut), left: [], by: 'template and entity' };
  }
  const templates = components(subjects, (one) => [one.template]);
  if (templates.length < 2) return { training: ids(subjects), heldOut: [], left: [], by: 'everything trains' };
  const heldOut = chooseHeldOut(templates, { share, seed, total: subjects.length });
  const held = new Set(heldOut);
  const entities = new Set(heldOut.flatMap((one) => one.entities));
  const rest = subjects.filter((one) => !held.has(one));
  const shares = (one: SplitSubject): boolean => one.entities.some((entity) => entities.has(entity));
  const left = rest.filter(shares).map(({ id }) => ({ id, reason: 'shares an entity with a held-out environment' }));
  const training = ids(rest.filter((one) => !shares(one)));
  return { training, heldOut: ids(heldOut), left, by: 'template, sharing entities left out' };
}

const ids = (subjects: readonly SplitSubject[]): string[] => subjects.map(({ id }) => id).toSorted();

function chooseHeldOut(
  parts: readonly (readonly SplitSubject[])[],
  { share, seed, total }: { share: number; seed: string; total: number },
): SplitSubject[] {
  const bySize = [...parts].toSorted((a, b) => b.length - a.length || (ids(a)[0] ?? '').localeCompare(ids(b)[0] ?? ''));
  const wanted = Math.max(1, Math.round(share * total));
  const chosen: SplitSubject[] = [];
  for (const part of shuffle(seededRng(`${seed}/held-out`), bySize.slice(1))) {
    if (chosen.length >= wanted) break;
    chosen.push(...part);
  }
  return chosen;
}

/**
 * Holds a whole domain out. What shares a template or an entity with an environment of another domain is in neither: it
 * would be no stranger.
 */
export function splitByDomain(subjects: readonly SplitSubject[], domain: string): Split {
  const training = subjects.filter((one) => one.domain !== domain);
  const known = new Set(training.flatMap(keysOf));
  const others = subjects.filter((one) => one.domain === domain);
  const isStranger = (one: SplitSubject): boolean => !keysOf(one).some((key) => known.has(key));
  const left = others.filter((one) => !isStranger(one));
  return {
    training: ids(training),
    heldOut: ids(others.filter(isStranger)),
    left: left.map(({ id }) => ({ id, reason: 'shares a template or an entity with a training environment' })),
    by: 'domain',
  };
}

const keysOf = ({ template, entities }: SplitSubject): string[] => [
  `t:${template}`,
  ...entities.map((entity) => `e:${entity}`),
];

/** Subjects that are joined by common keys, however many steps apart. */
function components(
  subjects: readonly SplitSubject[],
  joinedBy: (one: SplitSubject) => readonly string[],
): SplitSubject[][] {
  const parent = subjects.map((_, at) => at);
  const find = (at: number): number => {
    const above = parent[at] ?? at;
    return above === at ? at : find(above);
  };
  const first = new Map<string, number>();
  subjects.forEach((one, at) => {
    for (const key of joinedBy(one)) {
      const known = first.get(key);
      if (known === undefined) first.set(key, at);
      else parent[find(at)] = find(known);
    }
  });
  const parts = Map.groupBy(subjects, (_, at) => find(at));
  return [...parts.values()];
}
