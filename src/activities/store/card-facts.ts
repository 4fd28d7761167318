/** What the dataset card says of a run, without anything that changes from one run of the same work to the next. */

import { basename } from 'node:path';
import { type CountedInstance, countEnvironment } from '../../domain/decomposition/statistics.ts';
import { Environment } from '../../domain/environment/schema.ts';
import type { CardFacts, PromptUse } from '../../domain/export/card.ts';
import { type CountedStateful, countStateful } from '../../domain/export/stateful-rows.ts';
import type { RunConfig } from '../../domain/run/schema.ts';
import { StatefulEnvironment } from '../../domain/stateful/schema.ts';
import { eachResult } from './audit-data.ts';
import { loadEpisodeFacts } from './episode-facts.ts';
import { loadOutcomes } from './outcomes.ts';
import { type Queryable, query } from './pool.ts';
import { loadRunConfig } from './runs.ts';

/** Everything but the seed and the formats of the export. */
export async function loadCardFacts(
  on: Queryable,
  runId: string,
): Promise<Omit<CardFacts, 'seed' | 'formats' | 'standIn'>> {
  const environments: CountedInstance[] = [];
  const licences: (string | null)[] = [];
  for await (const { value } of eachResult(on, runId, 'instance')) {
    const environment = Environment.parse(value);
    environments.push(countEnvironment(environment));
    licences.push(environment.licence ?? null);
  }
  const stateful: CountedStateful[] = [];
  for await (const { value } of eachResult(on, runId, 'scenario')) {
    const environment = StatefulEnvironment.parse(value);
    stateful.push(countStateful(environment));
    licences.push(environment.licence ?? null);
  }
  const config = await loadRunConfig(on, runId);
  const { trajectories } = config;
  const [run] = await query<{ threshold: number | null }>(on, 'select threshold from run where id = $1', [runId]);
  return {
    environments,
    stateful,
    licences,
    sources: sourcesOf(config),
    yields: {
      question: await loadOutcomes(on, runId, 'question'),
      instance: await loadOutcomes(on, runId, 'instance'),
      scenario: await loadOutcomes(on, runId, 'scenario'),
    },
    threshold: run?.threshold ?? null,
    conversations: trajectories?.stopAfter === 'trajectories' ? await loadEpisodeFacts(on, runId, trajectories) : null,
    prompts: await query<PromptUse>(on, promptsSql, [runId]),
  };
}

function sourcesOf({ environments, trajectories }: RunConfig): CardFacts['sources'] {
  return [
    ...(environments?.sources ?? []).map(({ mode, licence }) => ({ mode, licence: licence ?? null })),
    ...(trajectories?.servers ?? []).map(({ file, licence }) => ({
      mode: `tool servers of ${basename(file)}`,
      licence: licence ?? null,
    })),
  ];
}

// Whether a call was paid for here or found in the record depends on earlier runs, so each counts once. Which of two
// equal instances was judged before they met depends on timing, so calls about duplicates do not count.
const promptsSql = `
  select prompt, prompt_hash as hash, model, count(*) as calls, sum(prompt_tokens) as "promptTokens",
    sum(completion_tokens) as "completionTokens", sum(cost::numeric) as cost
  from llm_call where call_key in (
    select call_key from call_use where run_id = $1 and split_part(subject, '/', 1) not in (
      select id from item where run_id = $1 and kind = 'instance' and reason = 'duplicate'))
  group by 1, 2, 3 order by prompt collate "C", prompt_hash collate "C", model collate "C"`;
