/**
 * The question to the simulated user (method §5.4; the original has none). It is shown its script and what was said,
 * never the tools, the calls or their results.
 */
import type { EpisodePlan, UserScript } from '../episode/schema.ts';
import { type AnyPromptSpec, bindSpec } from '../prompt/spec.ts';
import * as schema from './schema.ts';
import { scriptProblems, wishIsTold } from './script-rules.ts';
import { spokenOf } from './spoken.ts';

const user = bindSpec({
  id: 'trajectory/user',
  role: 'user',
  facts: schema.UserFacts,
  params: schema.NoParams,
  reply: schema.UserReply,
  inputs: ({ plan, conversation }) => {
    const { goal, known, withheld, later } = scriptOf(plan);
    const spoken = spokenOf(conversation);
    const wish = wishIsTold(scriptOf(plan), spoken) ? null : later;
    return {
      language: plan.language,
      goal,
      known,
      withheld,
      later_wish: wish,
      conversation: spoken.map(({ role, text }) => ({ role, text })),
    };
  },
  problems: (reply, { plan, conversation }) =>
    scriptProblems(reply, scriptOf(plan), { question: plan.question, spoken: spokenOf(conversation) }),
  summary: ({ done, move }) => ({ done, move }),
});

/** The prompt of the simulated user, for the registry. */
export const userPrompts: readonly AnyPromptSpec[] = [user];

function scriptOf(plan: EpisodePlan): UserScript {
  if (plan.user === null) throw new TypeError('the plan of this episode has no simulated user');
  return plan.user;
}
