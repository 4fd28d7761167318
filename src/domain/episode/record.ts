/**
 * The record of an episode that ended, and whether it may be judged (method §5.1, §7.2). In the original an episode that
 * was cut off kept what it had and looked like any other; here how it ended is said, and only an answer is judged.
 */

import type { Json } from '../json.ts';
import { type AdmissionRule, admissionProblem } from '../judgement/admission.ts';
import type { PoolServer, PoolTool } from '../tool-pool/schema.ts';
import { readTrajectory } from '../trajectory/read.ts';
import type { Trajectory } from '../trajectory/schema.ts';
import type { StructureRule } from '../trajectory/structure.ts';
import type { Episode, EpisodePlan, StopReason } from './schema.ts';

/** The tools of a server as the agent is shown them: in the server's order, without those withheld. */
export function shownTools(server: PoolServer, plan: EpisodePlan): Episode['tools'] {
  return server.tools
    .filter(({ name }) => !plan.withheldTools.includes(name))
    .map(({ name, description, parameters }: PoolTool) => ({
      type: 'function',
      function: { name, description, parameters },
    }));
}

/** Rules that end an episode unjudged: how it stopped, what is wrong with its messages, what it lacks. */
export type EpisodeRule = Exclude<StopReason, 'final_answer' | 'user_end'> | StructureRule | AdmissionRule;

export type Admission =
  | { readonly ok: true; readonly trajectory: Trajectory }
  | { readonly ok: false; readonly rule: EpisodeRule; readonly detail: string };

const cutShort: Readonly<Record<Exclude<StopReason, 'final_answer' | 'user_end'>, string>> = {
  call_budget: 'the calls of the model were used up before an answer',
  token_budget: 'the conversation grew larger than one request may be',
  length: 'the model was cut off each time it was asked',
  empty_reply: 'the model answered with nothing each time it was asked',
};

/** The conversation as its judges see it, or the first rule that keeps it from them. Throws for messages of no known form. */
export function admitEpisode(episode: Episode): Admission {
  const { stopReason, id, tools, messages, plan } = episode;
  // An episode is JSON throughout.
  const told = messages.map((message) => ({ ...message, ...failureOf(message, episode) }));
  const read = readTrajectory({ id, tools, messages: told, expects: plan.expects } as unknown as Json, 1);
  if (!read.ok) {
    if (read.rule === 'not_a_trajectory') throw new TypeError(`episode ${id} is no conversation: ${read.detail}`);
    return { ok: false, rule: read.rule, detail: read.detail };
  }
  if (stopReason !== 'final_answer' && stopReason !== 'user_end')
    return { ok: false, rule: stopReason, detail: cutShort[stopReason] };
  const problem = admissionProblem(read.trajectory);
  return problem === undefined ? { ok: true, trajectory: read.trajectory } : { ok: false, ...problem };
}

/** What the record knows of a result, whatever its text says. */
function failureOf(message: Episode['messages'][number], { steps }: Episode): { failure?: 'tool' | 'made_up' } {
  if (message.role !== 'tool') return {};
  const step = steps.find((one) => one.kind === 'tool' && one.callId === message.tool_call_id);
  if (step?.kind !== 'tool' || step.status === 'ok') return {};
  return { failure: step.injected === null ? 'tool' : 'made_up' };
}
