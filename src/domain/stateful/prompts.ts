/**
 * The three questions of an environment with state (ours): design, gold plan, module. The barrier is here: the plan is
 * written from task, documents and first state; the module from documents, schema and first state. Neither writer sees
 * what the other wrote, and the module's writer does not see the task either, so that gold values and code are two
 * derivations of one design.
 */
import { typeAnswer } from '../answer/gold.ts';
import { argumentProblems } from '../environment/argument-check.ts';
import { ToolImplementationReply } from '../environment/schema.ts';
import type { Json, JsonObject } from '../json.ts';
import { type AnyPromptSpec, bindSpec, type Problem } from '../prompt/spec.ts';
import { designDocumentProblems, firstStateProblems } from './design-rules.ts';
import { NoParams, PlanFacts, ScenarioFacts } from './prompt-facts/schema.ts';
import { referenceOf, referencesIn } from './references.ts';
import { DesignReply, PlanReply } from './schema.ts';

const design = bindSpec({
  id: 'stateful/design',
  role: 'generator',
  facts: ScenarioFacts,
  params: NoParams,
  reply: DesignReply,
  inputs: ({ scenario }) => ({ scenario: { scenario: scenario.scenario, language: scenario.language } }),
  problems: (reply) => [
    ...asProblems('document', designDocumentProblems(reply)),
    ...asProblems('initial_state', firstStateProblems(reply, argumentProblems)),
  ],
  summary: ({ tools }) => ({ tools: tools.length }),
});

const plan = bindSpec({
  id: 'stateful/plan',
  role: 'generator',
  facts: PlanFacts,
  params: NoParams,
  reply: PlanReply,
  inputs: ({ design: given }) => ({ task: given.task, ...worldBlocks(given) }),
  problems: (reply, { design: given }) => [
    ...asProblems('signature', planCallProblems(reply, given)),
    ...asProblems('goal', planGoalProblems(reply)),
  ],
  summary: ({ calls }) => ({ calls: calls.length }),
});

const implementation = bindSpec({
  id: 'stateful/implementation',
  role: 'generator',
  facts: PlanFacts,
  params: NoParams,
  reply: ToolImplementationReply,
  inputs: ({ design: given }) => worldBlocks(given),
  problems: ({ code }, { design: given }) => moduleProblems(code, given),
  summary: ({ code }) => ({ characters: code.length }),
});

/** All prompts of environments with state, for the registry. */
export const statefulPrompts: readonly AnyPromptSpec[] = [design, plan, implementation];

/** What plan and module both rest on. */
function worldBlocks({ tools, state_schema, initial_state }: DesignReply): Record<string, Json> {
  // A stored design was parsed from JSON: its loose fields hold JSON values only.
  return { tools: tools as unknown as Json, state_schema: state_schema as Json, initial_state: initial_state as Json };
}

function planCallProblems({ calls }: PlanReply, { tools }: DesignReply): string[] {
  return calls.flatMap((call, at) => {
    const tool = tools.find((one) => one.name === call.name);
    if (tool === undefined) return [`call ${at + 1}: no tool is called ${call.name}`];
    const args: JsonObject = call.arguments;
    const later = referencesIn(args).filter((reference) => reference.call < 1 || reference.call > at);
    // What stands for a later value cannot be held against a type; only names count for it.
    const referring = Object.keys(args).filter((name) => referenceOf(args[name] ?? null) !== undefined);
    const problems = argumentProblems(tool, args).filter(
      (problem) => !referring.some((name) => problem.startsWith(`${name} `) && !problem.includes('not a parameter')),
    );
    return [
      ...problems.map((problem) => `call ${at + 1}: ${problem}`),
      ...later.map((reference) => `call ${at + 1}: $${reference.call} is no earlier call`),
    ];
  });
}

function planGoalProblems({ calls, goal, answers }: PlanReply): string[] {
  const beyond = referencesIn(goal as unknown as Json).filter(({ call }) => call < 1 || call > calls.length);
  return [
    ...beyond.map((reference) => `the goal refers to call ${reference.call} of ${calls.length}`),
    ...answers.flatMap(({ call, answer }) => {
      const typed = typeAnswer(answer);
      const missing = call > calls.length ? [`an answer names call ${call} of ${calls.length}`] : [];
      return typed.ok ? missing : [...missing, `the answer of call ${call}: ${typed.detail}`];
    }),
  ];
}

function moduleProblems(code: string, { tools }: DesignReply): Problem[] {
  if (code.includes('```'))
    return asProblems('static', ['the code must be bare Python source without Markdown fences']);
  const undefinedTools = tools.filter((tool) => !new RegExp(`^def\\s+${tool.name}\\s*\\(`, 'm').test(code));
  return [
    ...asProblems(
      'signature',
      undefinedTools.map((tool) => `the code must define the function ${tool.name} at its top level`),
    ),
    ...asProblems('static', /^STATE\s*(:[^=\n]+)?=/m.test(code) ? [] : ['the code must define STATE at its top level']),
  ];
}

function asProblems(rule: string, details: readonly string[]): Problem[] {
  return details.map((detail) => ({ rule, detail }));
}
