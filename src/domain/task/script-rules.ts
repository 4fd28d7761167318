/**
 * Whether a script of the simulated user plays what it should (method §5.4): a withheld value was in the question and is
 * gone from it, and a later wish is a wish by the same rules as a question. Models keep the value, or make up another task.
 */
import type { Problem } from '../prompt/spec.ts';
import { fenceTokens, normaliseText, tokenise } from '../text/tokens.ts';
import type { PoolServer } from '../tool-pool/schema.ts';
import type { ScriptedKind } from './kinds.ts';
import { questionProblems } from './question-rules.ts';
import type { ScriptReply, TaskVariant } from './schema.ts';

/** Share of a shortened question's words that must stand in the one it was made from. */
const sameWords = 0.6;

interface Script {
  readonly script: ScriptReply;
  readonly variant: TaskVariant;
  readonly server: PoolServer;
}

/** Everything that is wrong with a script for a kind of episode. */
export function scriptProblems(kind: ScriptedKind, parts: Script): Problem[] {
  return kind === 'missing_parameter' ? withheldProblems(parts) : laterProblems(kind, parts);
}

function withheldProblems({ script, variant, server }: Script): Problem[] {
  const { withheld, question, later } = script;
  const required = requiredParameters(server, variant.targetTools);
  return [
    ...(withheld.length === 0 ? [problem('script_withholds_nothing', '"withheld" names no value')] : []),
    ...withheld.flatMap(({ name, value }) => [
      ...(required.has(name)
        ? []
        : [problem('script_unknown_parameter', `no tool of the task requires a parameter "${name.slice(0, 80)}"`)]),
      ...(contains(variant.question, value)
        ? []
        : [problem('script_invents_value', `"${value.slice(0, 80)}" does not stand in the question`)]),
      ...(contains(question, value)
        ? [problem('script_keeps_value', `"${value.slice(0, 80)}" still stands in the shortened question`)]
        : []),
    ]),
    ...(later === null ? [] : [problem('script_other_request', '"later" must be null for this kind')]),
    ...(isTakenFrom(question, variant.question)
      ? []
      : [problem('script_other_request', 'keep the words of the question and leave only the value out')]),
    ...questionProblems(question, server, variant.targetTools),
  ];
}

function laterProblems(kind: ScriptedKind, { script, variant, server }: Script): Problem[] {
  const { withheld, question, later } = script;
  const same = later !== null && normaliseText(later) === normaliseText(variant.question);
  return [
    ...(normaliseText(question) === normaliseText(variant.question)
      ? []
      : [problem('script_other_request', 'the first message must be the question as it stands')]),
    ...(withheld.length === 0 ? [] : [problem('script_other_request', '"withheld" must be empty for this kind')]),
    ...(later === null || later.trim() === '' || same
      ? [
          problem(
            'script_without_wish',
            `"later" must say what the user ${kind === 'changed_mind' ? 'changes' : 'adds'}`,
          ),
        ]
      : questionProblems(later, server, variant.targetTools)),
  ];
}

/** Required at any depth: a value may belong to a field of a larger argument. */
function requiredParameters({ tools }: PoolServer, targets: readonly string[]): ReadonlySet<string> {
  return new Set(
    tools.filter(({ name }) => targets.includes(name)).flatMap(({ parameters }) => requiredIn(parameters)),
  );
}

/** Deeper schemas are rarely spoken of. */
const deepest = 5;

function requiredIn(schema: unknown, depth = 0): string[] {
  if (typeof schema !== 'object' || schema === null || depth > deepest) return [];
  const required: unknown = 'required' in schema ? schema.required : [];
  const own = Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [];
  return [...own, ...Object.values(schema).flatMap((part) => requiredIn(part, depth + 1))];
}

function contains(text: string, value: string): boolean {
  const words = tokenise(value);
  return words.length > 0 && fenceTokens(tokenise(text)).includes(fenceTokens(words));
}

function isTakenFrom(shortened: string, whole: string): boolean {
  const words = tokenise(shortened);
  const known = new Set(tokenise(whole));
  return words.filter((word) => known.has(word)).length >= words.length * sameWords;
}

const problem = (rule: string, detail: string): Problem => ({ rule, detail });
