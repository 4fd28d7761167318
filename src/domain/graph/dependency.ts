/**
 * Operator "dependency" (method §3.3): every required argument of every step has a named source, none of it unknown or
 * later, and the steps hang together. The paper claims an argument-level check; the original's code has none.
 */
import type { PoolTool } from '../tool-pool/schema.ts';
import type { Pair } from './chain-order.ts';
import { outputFields } from './evidence.ts';
import type { ChainDependencyReply } from './schema.ts';

export type DependencyVerdict =
  | { readonly valid: true; readonly order: readonly Pair[] }
  | {
      readonly valid: false;
      readonly rule: 'unknown_argument' | 'later_source' | 'incoherent';
      readonly detail: string;
    };

/** What a reply says of the chain; a reply with problems must not come here. */
export function judgeDependency(reply: ChainDependencyReply, tools: readonly string[]): DependencyVerdict {
  const order: [number, number][] = [];
  for (const { step, arguments: given, needs } of reply.steps) {
    for (const { name, source, from_step } of given) {
      if (source === 'unknown')
        return invalid('unknown_argument', `step ${step} (${tools[step - 1]}): nothing supplies "${name}"`);
      if (source === 'step' && from_step !== null) order.push([from_step - 1, step - 1]);
    }
    order.push(...needs.map((from): [number, number] => [from - 1, step - 1]));
  }
  const later = order.find(([from, to]) => from >= to);
  if (later !== undefined)
    return invalid('later_source', `step ${later[1] + 1} needs step ${later[0] + 1}, which is not before it`);
  const apart = firstApart(tools.length, order);
  if (apart !== undefined)
    return invalid(
      'incoherent',
      `step ${apart + 1} (${tools[apart]}) gives the others nothing and takes nothing from them`,
    );
  return { valid: true, order };
}

function invalid(rule: Extract<DependencyVerdict, { valid: false }>['rule'], detail: string): DependencyVerdict {
  return { valid: false, rule, detail };
}

/** A step that no path of dependencies, taken either way, joins to the first one. */
function firstApart(length: number, order: readonly Pair[]): number | undefined {
  const reached = new Set([0]);
  for (let before = -1; before !== reached.size; ) {
    before = reached.size;
    for (const [a, b] of order) if (reached.has(a) || reached.has(b)) reached.add(a).add(b);
  }
  return Array.from({ length }, (_, at) => at).find((at) => !reached.has(at));
}

/** Why the reply cannot be used: steps or arguments left out, steps that do not exist, fields that a schema denies. */
export function dependencyProblems(reply: ChainDependencyReply, tools: readonly PoolTool[]): string[] {
  const steps = reply.steps.map(({ step }) => step);
  const wanted = tools.map((_, index) => index + 1);
  if (steps.toSorted((a, b) => a - b).join() !== wanted.join()) {
    return [`"steps" has the steps ${steps.join(', ')}: expected each of ${wanted.join(', ')} once`];
  }
  return reply.steps.flatMap((entry) => stepProblems(entry, tools));
}

function stepProblems(entry: ChainDependencyReply['steps'][number], tools: readonly PoolTool[]): string[] {
  const { step, arguments: given, needs } = entry;
  const tool = tools[step - 1];
  const required = requiredOf(tool).filter((name) => !given.some((one) => one.name === name));
  const missing = required.map((name) => `step ${step} leaves out the required argument "${name}"`);
  const outside = [...needs, ...given.flatMap(({ from_step }) => from_step ?? [])].filter(
    (from) => from > tools.length,
  );
  const unknown = outside.map((from) => `step ${step} names step ${from}: there are ${tools.length}`);
  const denied = given.flatMap(({ name, source, from_step, field }) => {
    if (source !== 'step') return [];
    if (from_step === null) return [`step ${step}: argument "${name}" comes from a step, but "from_step" is null`];
    return fieldProblem(tools[from_step - 1], field).map((why) => `step ${step}, argument "${name}": ${why}`);
  });
  return [...missing, ...unknown, ...denied];
}

/** A declared result is believed: it has no field that its schema does not name. */
function fieldProblem(tool: PoolTool | undefined, field: string | null): string[] {
  if (tool === undefined || field === null || tool.output === undefined) return [];
  const fields = outputFields(tool).map(({ path }) => path);
  const plain = field.replace(/\[\d*\]/g, '').replace(/^\$?\.?/, '');
  if (fields.length === 0 || fields.some((path) => path === plain || path.endsWith(`.${plain}`))) return [];
  return [
    `the result of ${tool.name} has no field "${field.slice(0, 60)}": expected one of ${fields.slice(0, 12).join(', ')}`,
  ];
}

function requiredOf(tool: PoolTool | undefined): string[] {
  const required = tool?.parameters['required'];
  return Array.isArray(required) ? required.filter((name): name is string => typeof name === 'string') : [];
}
