/** What the dataset card says of the conversations of a run. */
import { basename } from 'node:path';
import { type CountedEpisode, countEpisode } from '../../domain/export/episodes/counted-episode.ts';
import type { EpisodeFacts } from '../../domain/export/episodes/episode-card.ts';
import type { Trajectories } from '../../domain/run/trajectories/schema.ts';
import { eachJudgedEpisode } from './judged-episodes.ts';
import { loadOutcomes } from './outcomes.ts';
import { type Queryable, query } from './pool.ts';

/** Conversations as the card counts them; they are read one page at a time. */
export async function loadEpisodeFacts(
  on: Queryable,
  runId: string,
  { selection }: Trajectories,
): Promise<Omit<EpisodeFacts, 'seed'>> {
  const episodes: CountedEpisode[] = [];
  for await (const one of eachJudgedEpisode(on, runId, { selected: false, maskRefused: false }))
    episodes.push(countEpisode(one));
  const kinds = ['server', 'chain', 'task', 'variant', 'episode'] as const;
  const [server, chain, task, variant, episode] = await Promise.all(kinds.map((kind) => loadOutcomes(on, runId, kind)));
  const personas = await query<{ licence: string }>(on, personasSql, [runId]);
  return {
    episodes,
    yields: {
      server: server ?? {},
      chain: chain ?? {},
      task: task ?? {},
      variant: variant ?? {},
      episode: episode ?? {},
    },
    selection,
    contamination: selection.contamination.map((file) => basename(file)),
    personaLicences: personas.map(({ licence }) => licence),
  };
}

const personasSql = `
  select distinct b.body::json #>> '{augmentation,persona,licence}' as licence
  from item e join item v on v.run_id = e.run_id and v.kind = 'variant' and v.id = e.parent_id join blob b on b.hash = v.body
  where e.run_id = $1 and e.kind = 'episode' and e.selected
    and b.body::json #>> '{augmentation,persona,licence}' is not null
  order by 1`;
