/**
 * Rules on the source of a module with state (ours; after rules 3 and 4 of §8.4): functions as documented, and the same
 * static rules with one exception: what is at module level under the name STATE may change.
 * A write through a local name cannot be told from a write to other module data by its name alone; the rule "state"
 * watches that data while the module runs.
 */
import type { CodeFacts, CodeParameter } from '../environment/inspection/schema.ts';
import { scalarsOf } from '../environment/schema-walk.ts';
import { codeSignatureFindings } from '../environment/signature-rules.ts';
import { staticFindings } from '../environment/static-rules.ts';
import { canonicalJson } from '../ids.ts';
import type { Json } from '../json.ts';
import type { StatefulCandidate } from './candidate.ts';
import type { StatefulFinding } from './finding.ts';
import type { StatefulRule } from './schema.ts';

const stateName = 'STATE';
const shortText = 3;
const shortNumber = 2;

/** Findings of the rules signature (the module's side), static and hard_coded. */
export function moduleFindings(candidate: StatefulCandidate, facts: CodeFacts): StatefulFinding[] {
  const { tools } = candidate.design;
  const signatures = tools.flatMap((tool) => codeSignatureFindings(tool, facts).map((found) => found.detail));
  return [
    ...signatures.map((detail) => toCode('signature', detail)),
    ...staticProblems(candidate, facts).map((detail) => toCode('static', detail)),
    ...hardCoded(candidate, facts).map((detail) => toCode('hard_coded', detail)),
  ];
}

function staticProblems({ design }: StatefulCandidate, facts: CodeFacts): string[] {
  // Writes are judged below; a name that no function has keeps unused parameters from being counted once per tool.
  const common = staticFindings({ ...facts, writes: [] }, '', []).map((found) => found.detail);
  const unused = design.tools.flatMap((tool) => {
    const own = facts.functions.findLast((one) => one.name === tool.name);
    return (own?.unused ?? []).map((name) => `the parameter ${name} of ${tool.name} is never used`);
  });
  const missing = facts.assigned.includes(stateName) ? [] : ['the module has no STATE at its top level'];
  return [...missing, ...common, ...unused, ...writeProblems(facts), ...defaultProblems(facts)];
}

function writeProblems({ writes, assigned }: CodeFacts): string[] {
  return writes
    .filter(({ name, how }) => keepsElsewhere(how) || (name !== stateName && assigned.includes(name)))
    .map(({ name, how, line }) => `line ${line}: ${name} ${how}; only STATE may change, and only in place`);
}

/** Rebinding a module name, or data in a closure: neither is seen by who watches STATE. */
function keepsElsewhere(how: string): boolean {
  return how === 'is declared global' || how === 'is kept between calls by a closure';
}

/** A default that can change is a second store. */
function defaultProblems({ functions }: CodeFacts): string[] {
  return functions.flatMap(({ name, line, parameters }) =>
    parameters
      .filter(isMutable)
      .map((parameter) => `line ${line}: ${name} has a default for ${parameter.name} that can change; use None`),
  );
}

function isMutable(parameter: CodeParameter): boolean {
  if (parameter.required) return false;
  return !parameter.default_is_literal || (typeof parameter.default === 'object' && parameter.default !== null);
}

/** Goal values that the writers were not given stand in the source only if somebody put the result there. */
function hardCoded(candidate: StatefulCandidate, facts: CodeFacts): string[] {
  const secrets = secretsOf(candidate);
  if (secrets.length === 0) return [];
  const tables = facts.tables.filter((table) => table.name !== stateName);
  const holds = (value: Json): boolean => scalarsOf(value).some((scalar) => secrets.includes(scalar as Secret));
  return [
    ...facts.literals
      .filter(({ value }) => holds(value))
      .map(({ line }) => `line ${line}: holds a result as a literal`),
    ...tables.filter(({ data }) => holds(data)).map(({ name }) => `${name} holds a result as a literal`),
  ].map((found) => `${found}; results are computed from STATE and the arguments`);
}

type Secret = string | number;

function secretsOf({ design, calls, goal }: StatefulCandidate): Secret[] {
  const { tools, state_schema, initial_state } = design;
  // Documents, schema, state and calls were parsed as JSON.
  const given = canonicalJson([tools, state_schema, initial_state, calls] as unknown as Json).toLowerCase();
  const values = [
    ...goal.assertions.flatMap(({ equals }) => scalarsOf(equals as Json)),
    ...goal.answers.flatMap(({ gold }) => gold.value),
  ];
  const numbers = new Set(scalarsOf([initial_state, calls, tools] as unknown as Json));
  return values.filter((value): value is Secret =>
    typeof value === 'number'
      ? isLong(value) && !numbers.has(value)
      : typeof value === 'string' && value.length > shortText && !given.includes(canonicalText(value)),
  );
}

function isLong(value: number): boolean {
  const digits = String(Math.abs(value)).replace(/\D/g, '');
  return digits.length > shortNumber && !/^10+$/.test(digits);
}

function canonicalText(value: string): string {
  return JSON.stringify(value.normalize('NFC')).slice(1, -1).toLowerCase();
}

function toCode(rule: StatefulRule, detail: string): StatefulFinding {
  return { rule, blame: 'implementation', detail, hint: detail };
}
