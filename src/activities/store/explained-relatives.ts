/** What an explained id was made from, and what was made from it. */
import type { Identified } from './explained-id.ts';
import { type Queryable, query } from './pool.ts';

export interface Relative {
  readonly id: string;
  readonly relation: string;
}

interface Relatives {
  readonly parents: Relative[];
  readonly children: Relative[];
}

/** Parents and children of an id; a run has its questions and a call its subjects as children. */
export async function relativesOf(on: Queryable, { id, kind, facts }: Identified): Promise<Relatives> {
  if (kind === 'run') return { parents: [], children: await query<Relative>(on, questionsSql, [id]) };
  if (kind === 'call') return { parents: [], children: await query<Relative>(on, subjectsSql, [id]) };
  if (kind === 'node') return { parents: [{ id: String(facts['instance']), relation: 'node of' }], children: [] };
  const [parents, children] = await Promise.all([
    query<Relative>(on, parentsSql, [id]),
    query<Relative>(on, childrenSql, [id]),
  ]);
  return { parents, children };
}

const questionsSql = `
  select id, kind || ' of' as relation from item where run_id = $1 and kind in ('question', 'scenario', 'server')
  order by kind, ordinal limit 200`;

const subjectsSql = `
  select distinct subject as id, 'asked for' as relation from call_use where call_key = $1 order by 1 limit 200`;

const parentRelation = `case kind when 'graph' then 'graph of' when 'chain' then 'walked over' when 'task' then 'task of'
  when 'variant' then 'variant of' when 'episode' then 'episode of' else 'decomposed from' end`;

const parentsSql = `
  select parent as id, relation from lineage where child = $1
  union
  select parent_id, ${parentRelation} from item where id = $1 and parent_id is not null
  union
  select run_id, 'planned by' from item where id = $1 and kind in ('question', 'scenario', 'server')
  order by 2, 1`;

const childrenSql = `
  select child as id, relation from lineage where parent = $1
  union
  select id, ${parentRelation} from item where parent_id = $1
  order by 2, 1 limit 200`;
