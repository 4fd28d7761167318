/** Where any id comes from and what was made of it: parents, verdicts, calls and workflows, across all runs. */
import type { JsonObject } from '../../domain/json.ts';
import { StoreError } from '../failures.ts';
import { callsFor, type ExplainedCall, usesOf } from './explained-calls.ts';
import { explainCheckpoint } from './explained-checkpoint.ts';
import { type ExplainedTurn, explainEpisode } from './explained-episode.ts';
import type { ExplainedKind, Identified } from './explained-id.ts';
import { type Relative, relativesOf } from './explained-relatives.ts';
import { type Verdict, verdictsOf } from './explained-verdicts.ts';
import { type Queryable, query } from './pool.ts';

export interface Explanation {
  readonly id: string;
  readonly kind: ExplainedKind;
  /** Runs that know it. */
  readonly runs: readonly string[];
  /** What is stored of it, in a few values. */
  readonly facts: JsonObject;
  readonly parents: readonly Relative[];
  readonly children: readonly Relative[];
  readonly verdicts: readonly Verdict[];
  readonly calls: readonly ExplainedCall[];
  /** Ids of the workflows that worked on it. */
  readonly workflow: readonly string[];
  /** Of an episode alone: what was said, called and answered. */
  readonly conversation?: readonly ExplainedTurn[];
}

/** Explains an id of any kind, a node as "<instance>/n<no>", a checkpoint as "<run>/step-<no>" or by its hash; fails with Store.NotFound. */
export async function explain(on: Queryable, id: string): Promise<Explanation> {
  const found = await identify(on, id);
  if (found === undefined) {
    const trained = await explainCheckpoint(on, id);
    if (trained !== undefined) return trained;
    throw new StoreError(
      'NotFound',
      `Nothing in this store has the id "${id}": expected the id of a run, question, instance, scenario, server, graph, chain, task, variant, episode, node, tool, environment, call or checkpoint`,
    );
  }
  const [{ parents, children }, verdicts, calls] = await Promise.all([
    relativesOf(on, found),
    verdictsOf(on, found),
    found.kind === 'call' ? usesOf(on, id) : callsFor(on, found),
  ]);
  const workflow = [...new Set(calls.map((call) => call.workflowId))];
  const said = {
    id,
    kind: found.kind,
    runs: found.runs,
    facts: found.facts,
    parents,
    children,
    verdicts,
    calls,
    workflow,
  };
  const played = ['episode', 'conversation'].includes(found.kind) ? await explainEpisode(on, id) : undefined;
  if (played === undefined) return said;
  const { facts, ancestors, conversation } = played;
  // The variant already stands among the parents.
  return { ...said, facts: { ...said.facts, ...facts }, parents: [...parents, ...ancestors.slice(1)], conversation };
}

async function identify(on: Queryable, id: string): Promise<Identified | undefined> {
  const node = /^(.+)\/n\d+$/.exec(id)?.[1];
  const [row] = await query<{ kind: ExplainedKind; runs: string[]; facts: JsonObject }>(on, identifySql, [
    id,
    node ?? null,
  ]);
  return row === undefined ? undefined : { id, ...row };
}

const identifySql = `
  select 'run' as kind, array[id] as runs,
    json_build_object('status', status, 'phase', phase, 'note', note, 'configHash', config_hash) as facts
  from run where id = $1
  union all
  select kind, array_agg(run_id order by run_id), json_build_object('body', min(body), 'outcome', min(outcome_key),
    'detail', min(detail), 'score', min(score), 'round', max(round), 'ordinal', min(ordinal))
  from item where id = $1 group by kind
  union all
  select case min(kind) when 'server' then 'tools' when 'graph' then 'toolgraph' when 'episode' then 'conversation'
    else 'environment' end,
    array_agg(run_id order by run_id), json_build_object('body', min(result_body))
  from item where result_id = $1 group by result_id
  union all
  select 'tool', array_agg(distinct run_id), json_build_object('instance', min(parent))
  from lineage where child = $1 and relation = 'proven for' group by child
  union all
  select 'node', array_agg(run_id order by run_id), json_build_object('instance', $2::text)
  from item where id = $2 and kind = 'instance' group by id
  union all
  select 'call', (select array_agg(distinct run_id) from call_use where call_key = $1),
    json_build_object('prompt', prompt, 'promptHash', prompt_hash, 'model', model, 'endpoint', endpoint,
      'sample', sample, 'finishReason', finish_reason, 'attempt', attempt, 'request', request, 'response', response)
  from llm_call where call_key = $1
  limit 1`;
