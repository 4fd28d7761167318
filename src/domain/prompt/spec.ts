/**
 * What is asked of a model (ours; method §1.3): which facts it rests on, what it is shown, what a usable reply is.
 * The text of the prompt is a file below prompts/ with the same id; this is its contract.
 */
import type { ZodType } from 'zod';
import type { Json, JsonObject } from '../json.ts';
import type { ModelRole } from '../run/schema.ts';

/** Why a reply cannot be used; `rule` is "schema_invalid" or the name of an acceptance rule. */
export interface Problem {
  readonly rule: string;
  /** Said to the model on the next ask and kept in the call record. */
  readonly detail: string;
}

export interface PromptSpec<Facts, Params, Reply> {
  /** Path below prompts/ without ".md", for example "decomposition/necessity". */
  readonly id: string;
  readonly role: ModelRole;
  /** Stored bodies the inputs are made from, by name. */
  readonly facts: ZodType<Facts>;
  /** Small values that choose within the facts, for example which node. */
  readonly params: ZodType<Params>;
  readonly reply: ZodType<Reply>;
  /** The blocks of the prompt, by the placeholder's name; never anything the receiver must not see. */
  inputs(facts: Facts, params: Params): Record<string, Json>;
  /** Everything beyond the schema that makes a reply unusable: unknown ids, wrong lengths, broken rules. */
  problems(reply: Reply, facts: Facts, params: Params): Problem[];
  /** A few small values that a workflow decides by; bodies never go into history. */
  summary(reply: Reply, facts: Facts, params: Params): JsonObject;
}

/** A spec whose type parameters are forgotten, as the registry holds it. */
export interface AnyPromptSpec {
  readonly id: string;
  readonly role: ModelRole;
  readonly replySchema: ZodType;
  /** Parses facts and params; throws when our own stored facts do not fit, which is a defect of ours. */
  inputs(facts: JsonObject, params: JsonObject): Record<string, Json>;
  /** Strict validation, then the spec's own problems. */
  check(reply: Json, facts: JsonObject, params: JsonObject): CheckedReply;
}

export type CheckedReply =
  | { readonly ok: true; readonly value: Json; readonly summary: JsonObject }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Binds a spec's schemas to its functions, so that the caller needs no types of its own. */
export function bindSpec<Facts, Params, Reply>(spec: PromptSpec<Facts, Params, Reply>): AnyPromptSpec {
  // What is asked and what is answered are read against the same facts: large bodies, parsed once.
  const parsedFacts = new WeakMap<JsonObject, { readonly facts: Facts }>();
  const readFacts = (facts: JsonObject): Facts => {
    const parsed = parsedFacts.get(facts) ?? { facts: spec.facts.parse(facts) };
    parsedFacts.set(facts, parsed);
    return parsed.facts;
  };
  return {
    id: spec.id,
    role: spec.role,
    replySchema: spec.reply,
    inputs: (facts, params) => spec.inputs(readFacts(facts), spec.params.parse(params)),
    check(reply, facts, params) {
      const parsed = spec.reply.safeParse(reply);
      if (!parsed.success) return { ok: false, problems: parsed.error.issues.slice(0, 8).map(issueProblem) };
      const [known, chosen] = [readFacts(facts), spec.params.parse(params)];
      const problems = spec.problems(parsed.data, known, chosen);
      if (problems.length > 0) return { ok: false, problems };
      // Replies are JSON by construction: they were parsed from JSON text and validated by a JSON-only schema.
      return { ok: true, value: parsed.data as Json, summary: spec.summary(parsed.data, known, chosen) };
    },
  };
}

function issueProblem(issue: { path: PropertyKey[]; message: string }): Problem {
  return {
    rule: 'schema_invalid',
    detail: `at ${issue.path.map(String).join('.') || 'the top level'}: ${issue.message}`,
  };
}
