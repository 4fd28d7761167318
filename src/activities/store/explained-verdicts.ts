/** What was decided about an explained id: outcomes, judgements and rule results of proofs. */
import type { Json } from '../../domain/json.ts';
import { type Identified, isResult } from './explained-id.ts';
import { type Queryable, query } from './pool.ts';

export interface Verdict {
  readonly run: string;
  /** "outcome", "judgement", "proof of nodes 1, 2", or "proof" of an environment with state. */
  readonly of: string;
  /** An outcome key; "accepted" or "refused" for proofs. */
  readonly result: string;
  readonly detail: Json;
}

/** Verdicts on the id itself; for a node, a tool or an environment also those of its instance that concern it. */
export async function verdictsOf(on: Queryable, { id, kind, facts }: Identified): Promise<Verdict[]> {
  if (kind === 'run' || kind === 'call') return [];
  const instance = typeof facts['instance'] === 'string' ? facts['instance'] : id;
  const node = kind === 'node' ? Number(/\d+$/.exec(id)?.[0]) : null;
  const verdicts = await query<Verdict>(on, verdictsSql, [instance, isResult(kind) ? id : null, node]);
  return kind === 'node' || kind === 'tool' ? verdicts.filter((verdict) => verdict.of.startsWith('proof')) : verdicts;
}

const verdictsSql = `
  with about as (
    select * from item where id = $1 or ($2::text is not null and result_id = $2)
  )
  select run_id as run, 'outcome' as of, outcome_key as result, to_json(detail) as detail from about
  union all
  select run_id, 'judgement', coalesce('score ' || score, outcome_key), body::json
  from (select about.run_id, about.score, about.outcome_key, blob.body from about join blob on blob.hash = verdict) judged
  union all
  select p.run_id, case when p.nodes = '{}' then 'proof' else 'proof of nodes ' || array_to_string(p.nodes, ', ') end,
    case when p.accepted then 'accepted' else 'refused' end, to_json(p.rules)
  from (select * from proof order by created_at) p join about on about.run_id = p.run_id and about.id = p.instance_id
  where $3::int is null or $3 = any(p.nodes)`;
