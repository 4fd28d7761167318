/** A small prompt of the tests' own, with a fact, a param and a rule beyond the schema. */
import { z } from 'zod';
import { type LoadedPrompt, parsePrompt } from '../../../src/activities/llm/load-prompt.ts';
import { bindSpec } from '../../../src/domain/prompt/spec.ts';
import { resolveModel } from '../../../src/domain/run/models.ts';
import { type ResolvedModel, RunConfig } from '../../../src/domain/run/schema.ts';

export const capitalSpec = bindSpec({
  id: 'test/capital',
  role: 'judge',
  facts: z.strictObject({ atlas: z.strictObject({ country: z.string() }) }),
  params: z.strictObject({ style: z.string() }),
  reply: z.strictObject({ reason: z.string(), capital: z.string(), population: z.number().min(0) }),
  inputs: ({ atlas }, { style }) => ({ country: atlas.country, style: { name: style } }),
  problems: (reply, { atlas }) =>
    reply.capital === atlas.country ? [{ rule: 'echo', detail: 'capital repeats the country' }] : [],
  summary: (reply) => ({ population: reply.population }),
});

export const capitalText = `---
id: test/capital
version: 1
role: judge
inputs: [country, style]
output: CapitalReply
source: "§1.3"
---
## system
You know capitals.
## user
Name the capital.
{{country}}
Answer in this style:
{{style}}
`;

export const capitalPrompt: LoadedPrompt = parsePrompt(capitalText, capitalSpec);

export const goodReply = '{"reason":"known","capital":"Paris","population":2100000}';

/** The judge of a run that says no more about it than the overrides. */
export function judgeModel(overrides: Partial<ResolvedModel> = {}): ResolvedModel {
  return { ...resolveModel(RunConfig.parse({}), 'judge'), model: 'small', maxTokens: 50, ...overrides };
}
