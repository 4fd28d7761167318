/**
 * The questions of task construction (method §4.1 to §4.4, §5.4): what each model is shown, and what makes its reply
 * unusable. A task is refused by the named rule it breaks, and its writer is told.
 */
import { toolsAround } from '../graph/slices.ts';
import { type AnyPromptSpec, bindSpec, type Problem } from '../prompt/spec.ts';
import { serverLanguage } from './language.ts';
import * as schema from './schema.ts';
import { scriptProblems } from './script-rules.ts';
import { briefTools, headOf, toolDocuments, toolsForFree } from './shown-tools.ts';
import { targetTools } from './target-rules.ts';
import { readVariations, taskProblems, writtenTask } from './variants.ts';

const plan = bindSpec({
  id: 'task/plan',
  role: 'generator',
  facts: schema.OrderFacts,
  params: schema.NoParams,
  reply: schema.WriterReply,
  inputs: ({ server, order }) => ({
    server: headOf(server),
    tools: briefTools(toolsAround(server, order.chain?.tools ?? [])),
    chain: toolDocuments(server, order.chain?.tools ?? []),
    language: serverLanguage(server).language,
    number: order.sample + 1,
  }),
  problems: (written, { server, order }) => taskProblems({ server, order, written }),
  summary: () => ({}),
});

const free = bindSpec({
  id: 'task/free',
  role: 'generator',
  facts: schema.OrderFacts,
  params: schema.NoParams,
  reply: schema.WriterReply,
  inputs: ({ server, order }) => ({
    server: headOf(server),
    tools: briefTools(toolsForFree(server, order.sample)),
    tool_count: order.toolCount,
    language: serverLanguage(server).language,
    number: order.sample + 1,
  }),
  problems: (written, { server, order }) => taskProblems({ server, order, written }),
  summary: () => ({}),
});

const augment = bindSpec({
  id: 'task/augment',
  role: 'generator',
  facts: schema.WrittenFacts,
  params: schema.AugmentParams,
  reply: schema.AugmentReply,
  inputs: ({ server, order, task }, { mode, variations, persona }) => {
    const { question, target_tools: targets } = writtenTask(order, task);
    return {
      server: headOf(server),
      question,
      tools: toolDocuments(server, targetTools(targets, order)),
      mode,
      persona: persona === null ? null : (order.personas[persona]?.description ?? null),
      language: serverLanguage(server).language,
      number: variations,
    };
  },
  // One that can be used is enough: the others are refused one by one where the task is recorded.
  problems(reply, { server, order, task }, params) {
    const whole = { id: 'task', server, order, written: writtenTask(order, task) };
    const { variants } = readVariations(whole, reply, params);
    if (variants.some(({ problem }) => problem === null)) return [];
    const refused = variants.flatMap(({ problem }): Problem[] => (problem === null ? [] : [problem]));
    return refused.length > 0 ? refused : [{ rule: 'schema_invalid', detail: 'no variation with a question in it' }];
  },
  summary: () => ({}),
});

const score = bindSpec({
  id: 'task/score',
  role: 'judge',
  facts: schema.VariantFacts,
  params: schema.NoParams,
  reply: schema.ScoreReply,
  inputs: ({ server, variant }) => ({
    server: headOf(server),
    tools: briefTools(toolsAround(server, variant.targetTools)),
    question: variant.question,
    intended_tools: variant.targetTools,
  }),
  problems: () => [],
  summary: () => ({}),
});

const withoutTools = bindSpec({
  id: 'task/without-tools',
  role: 'agent',
  facts: schema.VariantFacts,
  params: schema.NoParams,
  reply: schema.WithoutToolsReply,
  inputs: ({ variant }) => ({ question: variant.question }),
  problems: ({ answer, complete }) =>
    complete && answer.trim() === ''
      ? [{ rule: 'schema_invalid', detail: '"complete" is true but "answer" is empty' }]
      : [],
  summary: ({ complete }) => ({ complete }),
});

const userScript = bindSpec({
  id: 'task/user-script',
  role: 'generator',
  facts: schema.VariantFacts,
  params: schema.ScriptParams,
  reply: schema.ScriptReply,
  inputs: ({ server, variant }, { kind }) => ({
    server: headOf(server),
    tools: toolDocuments(server, variant.targetTools),
    other_tools: briefTools(
      toolsAround(server, variant.targetTools).filter(({ name }) => !variant.targetTools.includes(name)),
    ),
    question: variant.question,
    kind,
    language: variant.language,
  }),
  problems: (script, { server, variant }, { kind }) => scriptProblems(kind, { script, variant, server }),
  summary: () => ({}),
});

/** All prompts of task construction, for the registry. */
export const taskPrompts: readonly AnyPromptSpec[] = [plan, free, augment, score, withoutTools, userScript];
