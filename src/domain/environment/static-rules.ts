/**
 * Rule 4 (§8.4): what the source may contain, judged on facts from its syntax tree. The original checks nothing.
 * Only this rule finds state kept between calls: every call of the proof runs in a fresh process, which hides it.
 * An answer of up to 3 letters (one Chinese character), or a boolean, stands in honest code by chance: there only a return of the bare literal
 * counts.
 */
import { matchesGold } from '../answer/checker.ts';
import type { GoldAnswer } from '../answer/schema.ts';
import type { Json } from '../json.ts';
import { letterCount } from '../text/tokens.ts';
import type { Finding } from './finding.ts';
import type { CodeFacts } from './inspection/schema.ts';
import { toolFunction } from './signature-rules.ts';

/** Pure modules of the standard library; everything that reaches a file, a process, a socket or a clock is left out. */
export const allowedModules: readonly string[] = (
  '__future__ base64 bisect calendar cmath collections collections.abc copy dataclasses datetime decimal difflib enum ' +
  'fractions functools hashlib heapq html itertools json math numbers operator re statistics string textwrap typing ' +
  'unicodedata zoneinfo'
).split(' ');

const forbiddenBuiltins = new Set(
  '__import__ breakpoint compile delattr eval exec exit globals help input locals memoryview open print quit setattr vars'.split(
    ' ',
  ),
);

/** Modules that allowed ones import themselves and so would hand on. */
const handedOn = new Set(
  'os sys io random time builtins subprocess socket threading inspect codecs types copyreg abc'.split(' '),
);
const allowedFromModules = new Set(['collections.abc']);
const shortAnswer = 3;

/** What of the source is not allowed; hints name lines and modules, never a value. */
export function staticFindings(facts: CodeFacts, name: string, golds: readonly GoldAnswer[]): Finding[] {
  return [
    ...importProblems(facts),
    ...facts.builtins
      .filter((use) => forbiddenBuiltins.has(use.name))
      .map((use) => `line ${use.line}: ${use.name} is not allowed`),
    ...facts.dunders.map((use) => `line ${use.line}: access to ${use.name} is not allowed`),
    ...facts.clocks.map((use) => `line ${use.line}: .${use.name}() reads the clock; take the time as a parameter`),
    ...facts.statements.map(
      (statement) =>
        `line ${statement.line}: at module level only imports, definitions and assignments are allowed, not ${statement.kind}`,
    ),
    ...facts.writes.map(
      (write) => `line ${write.line}: ${write.name} ${write.how}; data outside the call must not change`,
    ),
    ...unusedProblems(facts, name),
    ...literalProblems(facts, golds),
  ].map((detail) => ({ rule: 'static', blame: 'implementation', detail, hint: detail }));
}

function importProblems(facts: CodeFacts): string[] {
  const modules = facts.imports
    .filter(({ module, name }) => !allowedModules.includes(module) || isHandedOn(module, name))
    .map(
      ({ module, name, line }) =>
        `line ${line}: import of ${name === null ? module : `${module}.${name}`} is not allowed`,
    );
  const attributes = facts.attributes
    .filter(({ module, name }) => isHandedOn(module, name))
    .map(({ module, name, line }) => `line ${line}: ${module}.${name} is not allowed`);
  return [...modules, ...attributes];
}

function isHandedOn(module: string, name: string | null): boolean {
  if (name === null || allowedFromModules.has(`${module}.${name}`)) return false;
  return name === '*' || name.startsWith('_') || handedOn.has(name);
}

function unusedProblems(facts: CodeFacts, name: string): string[] {
  const unused = toolFunction(facts, name)?.unused ?? [];
  return unused.map((parameter) => `the parameter ${parameter} is never used`);
}

function literalProblems(facts: CodeFacts, golds: readonly GoldAnswer[]): string[] {
  const lines = facts.literals.flatMap((literal) =>
    golds.some((gold) => givesAway(gold, literal)) ? [{ line: literal.line, place: literal.place }] : [],
  );
  const unique = new Map(lines.map((found) => [found.line, found]));
  return [...unique.values()].map(({ line, place }) =>
    place === 'return'
      ? `line ${line}: returns the answer as a bare literal; compute it or look it up in a table at module level`
      : `line ${line}: holds the answer as a literal; it may stand only in a table (list or dictionary) at module level`,
  );
}

function givesAway(gold: GoldAnswer, literal: CodeFacts['literals'][number]): boolean {
  if (isShort(gold)) return literal.place === 'return' && isBare(literal.value) && matchesGold(gold, literal.value);
  if (matchesGold(gold, literal.value)) return true;
  const items = gold.type === 'list' && Array.isArray(gold.value) ? gold.value : [];
  return items.some((item) => letterCount(item) > shortAnswer && literal.value === item);
}

function isBare(value: Json): boolean {
  return value === null || typeof value !== 'object';
}

function isShort(gold: GoldAnswer): boolean {
  return gold.type === 'boolean' || letterCount(String(gold.value)) <= shortAnswer;
}
