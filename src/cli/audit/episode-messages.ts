/** The messages of an episode against the rules of conversations, and against what the agent's model was really sent. */
import type { AuditedEpisode } from '../../activities/store/audited-episodes.ts';
import { sentMessages } from '../../domain/episode/conversation.ts';
import { admitEpisode } from '../../domain/episode/record.ts';
import type { Episode } from '../../domain/episode/schema.ts';
import { canonicalJson } from '../../domain/ids.ts';
import type { Json } from '../../domain/json.ts';
import { structureRules } from '../../domain/trajectory/structure.ts';

/** Legal order with every call answered; the last request is the conversation before the last turn, its answer that turn. */
export function messageFaults({ lastTurn, status }: AuditedEpisode, episode: Episode): string[] {
  const admission = admitEpisode(episode);
  const broken = !admission.ok && structureRules.some((rule) => rule === admission.rule);
  return [
    ...(broken ? [`its messages break ${admission.rule}: ${admission.detail}`] : []),
    ...(status === 'ok' && !admission.ok ? [`is ok, and its rules give ${admission.rule}`] : []),
    ...sentFaults(lastTurn, episode),
  ];
}

function sentFaults(lastTurn: AuditedEpisode['lastTurn'], { messages, steps, tools }: Episode): string[] {
  if (lastTurn === null)
    return steps.some(({ kind }) => kind === 'agent') ? ['the last call of its agent is not on record'] : [];
  const at = messages.findLastIndex(({ role }) => role === 'assistant');
  const said = messages[at];
  const { request, response } = lastTurn;
  return [
    ...(same(request.messages, sentMessages(messages.slice(0, at))) ? [] : ['its agent was sent other messages']),
    ...(same(request.tools ?? [], tools) ? [] : ['its agent was shown other tools']),
    ...(said?.role === 'assistant' && isAnswer(said, response) ? [] : ['its agent answered something else']),
  ];
}

type Answer = NonNullable<AuditedEpisode['lastTurn']>['response'];

function isAnswer(said: Extract<Episode['messages'][number], { role: 'assistant' }>, answer: Answer): boolean {
  const calls = (said.tool_calls ?? []).map((call) => call.function);
  const { content, reasoning, calls: made = [] } = answer;
  return (said.content ?? '') === content.trim() && (said.reasoning_content ?? null) === reasoning && same(calls, made);
}

/** Both were parsed from JSON. */
function same(one: unknown, other: unknown): boolean {
  return canonicalJson(one as Json) === canonicalJson(other as Json);
}
