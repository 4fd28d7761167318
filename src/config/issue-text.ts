/** Schema issues in the words of the configuration: got, expected, what to do. */
import type { z } from 'zod';
import { type ConfigProblem, shown } from './config-error.ts';
import { nearestKey } from './nearest-key.ts';
import { knownKeys } from './schema-keys.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];
/** A problem whose place in the file is still a path. */
export type PathProblem = Omit<ConfigProblem, 'where' | 'path'> & { readonly at: Path; readonly isKey: boolean };

/** The problems behind one issue; an unknown key is a problem each. */
export function toProblems(issue: Issue, document: unknown, base: Path = []): readonly PathProblem[] {
  const at = [...base, ...issue.path];
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey([...at, key], at));
  if (issue.code === 'invalid_union') return unionProblems(issue, at, document);
  const value = valueAt(document, at);
  return [{ at, isKey: false, got: visible(at, value), expected: expectation(issue), todo: advice(issue, at, value) }];
}

function unknownKey(at: Path, parent: Path): PathProblem {
  const known = knownKeys(parent);
  const key = String(at.at(-1));
  const near = nearestKey(key, known);
  return {
    at,
    isKey: true,
    got: `the unknown key "${key}"`,
    expected: `one of ${known.join(', ')}`,
    todo: near === undefined ? 'Remove it.' : `Did you mean "${near}"?`,
  };
}

/** The alternative that comes nearest speaks: the one that fails deepest, then with the fewest problems. */
function unionProblems(issue: Extract<Issue, { code: 'invalid_union' }>, at: Path, document: unknown) {
  const alternatives = issue.errors.map((errors) => errors.flatMap((error) => toProblems(error, document, at)));
  const [best] = alternatives.toSorted((a, b) => depth(b) - depth(a) || a.length - b.length);
  return best ?? [];
}

function depth(problems: readonly PathProblem[]): number {
  return Math.max(0, ...problems.map((problem) => problem.at.length));
}

function expectation(issue: Issue): string {
  if (issue.code === 'invalid_type') return article(issue.expected);
  if (issue.code === 'invalid_value') return `one of ${issue.values.map((value) => shown(value)).join(', ')}`;
  if (issue.code === 'too_small') return lowerBound(issue);
  if (issue.code === 'too_big')
    return `${bound(issue.origin)} ${issue.inclusive === false ? 'less than' : 'of at most'} ${issue.maximum}`;
  if (issue.code === 'invalid_format')
    return issue.format === 'url' ? 'an http address' : `a text of the form ${formPattern(issue)}`;
  return `that ${issue.message}`;
}

function lowerBound(issue: Extract<Issue, { code: 'too_small' }>): string {
  return `${bound(issue.origin)} ${issue.inclusive === false ? 'greater than' : 'of at least'} ${issue.minimum}`;
}

function formPattern(issue: Issue): string {
  return 'pattern' in issue && typeof issue.pattern === 'string' ? issue.pattern : issue.message;
}

function bound(origin: string): string {
  if (origin === 'string') return 'a text with a length';
  if (origin === 'array') return 'a list with a length';
  return 'a number';
}

function article(type: string): string {
  const name = { object: 'a mapping', array: 'a list', int: 'a whole number', string: 'a text' }[type];
  return name ?? `a ${type}`;
}

function advice(issue: Issue, at: Path, value: unknown): string {
  if (at.at(-1) === 'apiKeyEnv')
    return 'Name the environment variable that holds the key, never the key: apiKeyEnv: OPENAI_API_KEY.';
  if (issue.code === 'invalid_value' && typeof value === 'string') {
    const near = nearestKey(value, issue.values.map(String));
    if (near !== undefined) return `Did you mean "${near}"?`;
  }
  return value === undefined ? 'Add it.' : 'Change it.';
}

/** A misplaced key must not be printed: of apiKeyEnv only the length is shown. */
function visible(at: Path, value: unknown): string {
  return at.at(-1) === 'apiKeyEnv' && typeof value === 'string' ? `a text of ${value.length} characters` : shown(value);
}

function valueAt(document: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, step) => (typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined),
    document,
  );
}

/** A path as people write it: `environments.sources[0].mode`; empty for the whole. */
export function pathText(at: readonly PropertyKey[]): string {
  return at.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : `${text}${text && '.'}${String(step)}`),
    '',
  );
}
