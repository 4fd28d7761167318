/** Episodes proven again from what is stored: their ids, their messages and calls, their judgement, their selection. */
import type { Pool } from 'pg';
import { createArgumentValidator } from '../../activities/proof/validate-arguments.ts';
import { type AuditedEpisode, eachAuditedEpisode } from '../../activities/store/audited-episodes.ts';
import { conversationId } from '../../activities/store/episodes.ts';
import { loadRunConfig } from '../../activities/store/runs.ts';
import { decideTrajectories } from '../../activities/store/select-trajectories.ts';
import { hashJson } from '../../domain/ids.ts';
import type { Json } from '../../domain/json.ts';
import type { RunConfig } from '../../domain/run/schema.ts';
import { episodeId } from '../../domain/task/episode-plans.ts';
import { callFaults } from './episode-calls.ts';
import { judgementFaults } from './episode-judgement.ts';
import { messageFaults } from './episode-messages.ts';
import type { Finding } from './finding.ts';

export interface EpisodeCheck {
  readonly episodes: number;
  readonly calls: number;
  readonly judged: number;
  readonly findings: readonly Finding[];
}

/** Nothing is checked in a run without the stage. */
export async function checkEpisodes(pool: Pool, run: string): Promise<EpisodeCheck> {
  const config = await loadRunConfig(pool, run);
  const findings: Finding[] = [];
  let [episodes, calls, judged] = [0, 0, 0];
  if (config.trajectories === undefined) return { episodes, calls, judged, findings };
  const validate = createArgumentValidator();
  const selected = new Set<string>();
  for await (const row of eachAuditedEpisode(pool, run)) {
    const { id, episode, verdict } = row;
    if (row.selected) selected.add(id);
    const faults = idFaults(row, config);
    if (episode !== null) {
      episodes += 1;
      calls += episode.steps.filter(({ kind }) => kind === 'tool').length;
      faults.push(...messageFaults(row, episode), ...callFaults(row, episode, { config, validate }));
    }
    if (verdict !== null) {
      judged += 1;
      faults.push(...judgementFaults(row, verdict));
    }
    findings.push(...faults.map((detail) => ({ part: 'episodes', id, detail }) as const));
  }
  findings.push(...(await selectionFindings(pool, run, selected)));
  return { episodes, calls, judged, findings };
}

/** Of the plan and its number; of the record and its body; of the tools. */
function idFaults({ id, plan, resultId, resultBody, episode }: AuditedEpisode, { trajectories }: RunConfig): string[] {
  const numbers = Array.from({ length: trajectories?.episodes.perTask ?? 0 }, (_, n) => n);
  const planned = numbers.some((n) => episodeId(plan, n) === id);
  const recorded = resultBody === null || resultId === conversationId(resultBody);
  // Tools of an episode were parsed from JSON.
  const tools = episode === null || hashJson(episode.tools as object as Json) === episode.toolsHash;
  return [
    ...(planned ? [] : ['its plan gives another id']),
    ...(recorded ? [] : [`its record gives ${conversationId(resultBody)}, stored ${resultId}`]),
    ...(tools ? [] : ['its tools have another hash than it says']),
  ];
}

/** What the whole set of judged episodes gives now, against what was decided then. */
async function selectionFindings(pool: Pool, run: string, stored: ReadonlySet<string>): Promise<Finding[]> {
  if (stored.size === 0) return [];
  const { selected } = await decideTrajectories(pool, run);
  const now = new Set(selected);
  const wrong = (id: string, detail: string): Finding => ({ part: 'episodes', id, detail });
  return [
    ...selected.filter((id) => !stored.has(id)).map((id) => wrong(id, 'would be selected, and is not')),
    ...[...stored].filter((id) => !now.has(id)).map((id) => wrong(id, 'is selected, and would not be')),
  ];
}
