/** Which judged conversations of a run become training data (method §7.5, §7.6): decided over all of them at once. */
import type { Pool, PoolClient } from 'pg';
import { Episode } from '../../domain/episode/schema.ts';
import { EpisodeVerdict } from '../../domain/episode/verdict/schema.ts';
import type { RunId } from '../../domain/ids.ts';
import { type Candidate, type EpisodeSelection, selectEpisodes } from '../../domain/selection/select-episodes.ts';
import { TaskVariant } from '../../domain/task/schema.ts';
import { StoreError } from '../failures.ts';
import { findContamination, type OwnTexts } from './contamination.ts';
import { type Queryable, query, transaction } from './pool.ts';
import { loadRunConfig } from './runs.ts';

/** Judged conversations, and how many of them are training data. */
export interface SelectedTrajectories {
  readonly judged: number;
  readonly selected: number;
}

/**
 * Marks the selected episodes, and notes with each other one the rule that left it out; outcomes stay as they are.
 * Repeating it decides the same. Fails with Config.Invalid for a file of `contamination` that cannot be read.
 */
export async function selectTrajectories(pool: Pool, { runId }: { runId: RunId }): Promise<SelectedTrajectories> {
  const selection = await decideTrajectories(pool, runId);
  await transaction(pool, async (client) => {
    await query(client, 'select id from run where id = $1 for update', [runId]);
    await mark(client, runId, selection);
  });
  return { judged: selection.selected.length + selection.refused.length, selected: selection.selected.length };
}

/** The same decision, and nothing is marked. */
export async function decideTrajectories(pool: Pool, runId: string): Promise<EpisodeSelection> {
  const { trajectories } = await loadRunConfig(pool, runId);
  if (trajectories === undefined)
    throw new StoreError('BadInput', `Run "${runId}" has no stage of trajectories, so there is nothing to select`);
  const { candidates, own } = await loadCandidates(pool, runId);
  const contaminated = await findContamination(own, trajectories.selection.contamination);
  return selectEpisodes(candidates, trajectories.selection, contaminated);
}

const pageSize = 200;

async function loadCandidates(on: Queryable, runId: string): Promise<{ candidates: Candidate[]; own: OwnTexts[] }> {
  const candidates: Candidate[] = [];
  const own: OwnTexts[] = [];
  let after = -1;
  for (;;) {
    const page = await query<JudgedRow>(on, judgedSql, [runId, after, pageSize]);
    for (const row of page) {
      const episode = Episode.parse(JSON.parse(row.episode));
      candidates.push(toCandidate(row, episode));
      own.push(ownTexts(row.id, episode));
    }
    if (page.length < pageSize) return { candidates, own };
    after = page.at(-1)?.ordinal ?? after;
  }
}

interface JudgedRow {
  readonly id: string;
  readonly ordinal: number;
  readonly episode: string;
  readonly verdict: string;
  readonly variant: string;
}

function toCandidate({ id, verdict, variant }: JudgedRow, { plan, messages }: Episode): Candidate {
  return {
    id,
    task: TaskVariant.parse(JSON.parse(variant)).task,
    server: plan.server,
    question: plan.question,
    calls: messages.flatMap((message) =>
      message.role === 'assistant' ? (message.tool_calls ?? []).map((call) => call.function) : [],
    ),
    score: EpisodeVerdict.parse(JSON.parse(verdict)).score,
  };
}

/** What the user said and what the assistant answered at the end. */
function ownTexts(id: string, { messages }: Episode): OwnTexts {
  const answer = messages.findLast(({ role }) => role === 'assistant')?.content ?? '';
  return { id, questions: messages.flatMap((one) => (one.role === 'user' ? [one.content] : [])), answers: [answer] };
}

async function mark(client: PoolClient, runId: string, { selected, refused }: EpisodeSelection): Promise<void> {
  await query(
    client,
    `update item set selected = id = any($2::text[]), left_out = '', left_out_detail = ''
     where run_id = $1 and kind = 'episode'`,
    [runId, selected],
  );
  await query(
    client,
    `update item set left_out = refused.rule, left_out_detail = refused.detail
     from unnest($2::text[], $3::text[], $4::text[]) as refused (id, rule, detail)
     where item.run_id = $1 and item.kind = 'episode' and item.id = refused.id`,
    [runId, refused.map(({ id }) => id), refused.map(({ rule }) => rule), refused.map(({ detail }) => detail)],
  );
}

// A variant is an item of the same run: an episode has no other origin.
const judgedSql = `
  select i.id, i.ordinal, b.body as episode, v.body as verdict, t.body as variant
  from item i join blob b on b.hash = i.result_body join blob v on v.hash = i.verdict
    join item p on p.run_id = i.run_id and p.kind = 'variant' and p.id = i.parent_id join blob t on t.hash = p.body
  where i.run_id = $1 and i.kind = 'episode' and i.status = 'ok' and i.ordinal > $2
  order by i.ordinal limit $3`;
