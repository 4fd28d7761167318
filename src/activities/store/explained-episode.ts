/** What an episode came to (method §5, §7): what was planned, what was said and called, and who answered. */
import { Episode, type EpisodeMessage, EpisodePlan } from '../../domain/episode/schema.ts';
import { EpisodeVerdict } from '../../domain/episode/verdict/schema.ts';
import type { JsonObject } from '../../domain/json.ts';
import { CallsReply } from '../../domain/judgement/schema.ts';
import { blameOf } from '../../domain/user-simulation/blame.ts';
import { loadBodies } from './blobs.ts';
import type { Relative } from './explained-relatives.ts';
import { type Queryable, query } from './pool.ts';

/** One message of the conversation, or one answered call. */
export interface ExplainedTurn {
  readonly role: EpisodeMessage['role'];
  readonly text: string;
  /** Calls of an assistant's message: "id name(arguments)". */
  readonly calls?: readonly string[];
  /** Of a result: its call, who answered, how, and the state of the tools after it. */
  readonly answer?: {
    readonly callId: string;
    readonly source: string;
    readonly status: string;
    readonly problem: string | null;
    readonly injected: string | null;
    readonly state: string;
  };
}

export interface ExplainedEpisode {
  readonly facts: JsonObject;
  /** Variant, task, chain and server, the nearest first. */
  readonly ancestors: readonly Relative[];
  readonly conversation: readonly ExplainedTurn[];
}

interface Row {
  readonly id: string;
  readonly run: string;
  readonly plan: string;
  readonly episode: string | null;
  readonly verdict: string | null;
  readonly selected: boolean;
  readonly leftOut: string;
}

/** By the id of an episode or of its conversation; the newest run that knows it speaks. Undefined for anything else. */
export async function explainEpisode(on: Queryable, id: string): Promise<ExplainedEpisode | undefined> {
  const [row] = await query<Row>(on, rowSql, [id]);
  if (row === undefined) return undefined;
  const plan = EpisodePlan.parse(JSON.parse(row.plan));
  const episode = row.episode === null ? undefined : Episode.parse(JSON.parse(row.episode));
  const { question, kind, targetTools, withheldTools, expects, language } = plan;
  return {
    facts: {
      question,
      kind,
      targetTools,
      withheldTools,
      expects,
      language,
      selected: row.selected,
      ...(row.leftOut !== '' && { leftOut: row.leftOut }),
      ...(episode !== undefined && { ...playedFacts(episode), ...(await blameFacts(on, episode, row.verdict)) }),
    },
    ancestors: await query<Relative>(on, ancestorsSql, [row.run, row.id]),
    conversation: episode === undefined ? [] : turnsOf(episode),
  };
}

function playedFacts({ serverName, environment, stopReason, attempt, agent, failures }: Episode): JsonObject {
  const injected = failures.injected.map(({ callId, kind }) => `${callId}: ${kind}`);
  return { server: serverName, environment, stopReason, attempt, agent, injected };
}

/** Whose fault what went wrong is: simulated user, environment and judge are told apart from the agent (§5.4). */
async function blameFacts(on: Queryable, episode: Episode, verdict: string | null): Promise<JsonObject> {
  const hash = verdict === null ? null : (EpisodeVerdict.parse(JSON.parse(verdict)).judges[0]?.calls ?? null);
  const reply = hash === null ? undefined : CallsReply.parse((await loadBodies(on, [hash])).get(hash));
  const judged = (reply?.calls ?? []).map(({ call_id: callId, succeeded }) => ({ callId, succeeded }));
  const { party, findings } = blameOf(episode, judged);
  return { blame: party, faults: findings.map(({ party: whose, rule, detail }) => `${whose}: ${rule}: ${detail}`) };
}

function turnsOf({ messages, steps }: Episode): ExplainedTurn[] {
  const answers = new Map(steps.flatMap((step) => (step.kind === 'tool' ? [[step.callId, step]] : [])));
  return messages.map((message) => {
    const { role } = message;
    const text = message.content ?? '';
    if (message.role === 'assistant') {
      const calls = message.tool_calls?.map(({ id, function: made }) => `${id} ${made.name}(${made.arguments})`);
      return { role, text, ...(calls !== undefined && { calls }) };
    }
    const step = message.role === 'tool' ? answers.get(message.tool_call_id) : undefined;
    if (step === undefined) return { role, text };
    const { callId, source, status, problem, injected, state } = step;
    return { role, text, answer: { callId, source, status, problem, injected, state } };
  });
}

const rowSql = `
  select i.id, i.run_id as run, p.body as plan, e.body as episode, v.body as verdict, i.selected, i.left_out as "leftOut"
  from item i join run r on r.id = i.run_id join blob p on p.hash = i.body left join blob e on e.hash = i.result_body
    left join blob v on v.hash = i.verdict
  where i.kind = 'episode' and (i.id = $1 or i.result_id = $1) order by r.created_at desc limit 1`;

const ancestorsSql = `
  with recursive line as (
    select parent_id, 0 as depth from item where run_id = $1 and kind = 'episode' and id = $2
    union all
    select i.parent_id, line.depth + 1 from line join item i on i.run_id = $1 and i.id = line.parent_id
  )
  select i.id, i.kind as relation from line join item i on i.run_id = $1 and i.id = line.parent_id order by line.depth`;
