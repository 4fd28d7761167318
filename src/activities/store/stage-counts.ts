/** Progress of a run's walks over items: from questions to environments, from tool servers to trajectories. */
import { isRefused } from './instance-place.ts';
import { type Queryable, query } from './pool.ts';

type EnvironmentStage = 'decomposition' | 'scores' | 'environments' | 'scenarios';
const trajectoryStages = ['tools', 'graphs', 'chains', 'tasks', 'task scores', 'trajectories'] as const;
type TrajectoryStage = (typeof trajectoryStages)[number];

export interface StageCounts {
  readonly name: EnvironmentStage | TrajectoryStage;
  /** Null while the stage's items are not all known. */
  readonly total: number | null;
  readonly open: number;
  readonly ok: number;
  readonly rejected: number;
  /** By class, and quarantined by a judge. */
  readonly failed: number;
  /** Items that ended, per minute; null for the scores, which leave no time of their own. */
  readonly perMinute: number | null;
  /** Of the environments alone: tools of the selected instances. They move long before the first environment is whole. */
  readonly tools: { readonly proven: number; readonly needed: number } | null;
}

interface Counted {
  readonly name: StageCounts['name'];
  readonly open: number;
  readonly ok: number;
  readonly rejected: number;
  readonly failed: number;
  readonly recent: number;
}

/** The stages of the run's configuration in order, that of scenarios when there are some. `minutes`: what the rates are taken over. */
export async function loadStages(on: Queryable, runId: string, minutes: number): Promise<StageCounts[]> {
  const [run] = await query<Planned>(
    on,
    `select config::json -> 'environments' is not null as environments,
       config::json -> 'trajectories' is not null as trajectories,
       config::json -> 'trajectories' ->> 'stopAfter' as "stopAfter",
       planned_questions is not null as planned, planned_servers is not null as listed,
       exists (select from item where run_id = $1 and kind = 'instance' and (selected or reason = 'not_selected')) as selected
     from run where id = $1`,
    [runId],
  );
  const rows = await query<Counted>(on, stagesSql, [runId, minutes]);
  const [found = { proven: 0, needed: 0 }] = await query<{ proven: number; needed: number }>(on, toolsSql, [runId]);
  const decomposed = rows.find((row) => row.name === 'decomposition')?.open === 0;
  const known = {
    decomposition: run?.planned === true,
    scores: run?.planned === true && decomposed,
    environments: run?.selected === true,
    scenarios: run?.planned === true,
    ...knownTrajectories(rows, run?.listed === true),
  };
  const shown = shownStages(rows, run);
  return shown.map((name) => {
    const { recent, ...counts } = rows.find((row) => row.name === name) ?? { ...nothing, name };
    const tools = name === 'environments' && known.environments ? found : null;
    const sum = counts.open + counts.ok + counts.rejected + counts.failed;
    return {
      ...counts,
      total: known[name] ? sum : null,
      perMinute: name === 'scores' ? null : recent / minutes,
      tools,
    };
  });
}

interface Planned {
  readonly environments: boolean;
  readonly trajectories: boolean;
  readonly stopAfter: 'chains' | 'tasks' | 'trajectories' | null;
  /** Questions and scenarios are known. */
  readonly planned: boolean;
  /** Tool servers are known. */
  readonly listed: boolean;
  readonly selected: boolean;
}

function shownStages(rows: readonly Counted[], run: Planned | undefined): readonly StageCounts['name'][] {
  const scenarios = rows.some(({ name }) => name === 'scenarios') ? (['scenarios'] as const) : [];
  const environments = ['decomposition', 'scores', 'environments', ...scenarios] as const;
  return [...(run?.environments === false ? [] : environments), ...shownTrajectories(run)];
}

/** Up to where the configuration lets the run go; one of before there were tasks says nothing and ends with chains. */
function shownTrajectories(run: Planned | undefined): readonly TrajectoryStage[] {
  if (run?.trajectories !== true) return [];
  const last = { chains: 'chains', tasks: 'task scores', trajectories: 'trajectories' } as const;
  return trajectoryStages.slice(0, trajectoryStages.indexOf(last[run.stopAfter ?? 'chains']) + 1);
}

/** The items of each walk are opened by the one before it, and all of them are known when that one is over. */
function knownTrajectories(rows: readonly Counted[], listed: boolean): Readonly<Record<TrajectoryStage, boolean>> {
  const isOver = (name: TrajectoryStage): boolean => rows.find((row) => row.name === name)?.open === 0;
  const has = (name: TrajectoryStage): boolean => rows.some((row) => row.name === name);
  const graphs = listed && isOver('tools') && has('graphs');
  const chains = graphs && isOver('graphs');
  const tasks = chains && has('tasks');
  const scores = tasks && isOver('tasks');
  const known = { tools: listed, graphs, chains, tasks, 'task scores': scores };
  return { ...known, trajectories: scores && isOver('task scores') && has('trajectories') };
}

const nothing = { open: 0, ok: 0, rejected: 0, failed: 0, recent: 0 };

// A scored instance is "ok" in the scores, whatever became of it later; a selected one is an item of the environments.
const stagesSql = `
  with walked as (
    select 'decomposition' as name, status, closed_at from item where run_id = $1 and kind = 'question'
    union all
    select 'scores', case when score is not null then 'ok' else status end, null from item
    where run_id = $1 and kind = 'instance' and not imported and not ${isRefused}
    union all
    select 'environments', status, closed_at from item where run_id = $1 and kind = 'instance' and selected
    union all
    select 'scenarios', status, closed_at from item where run_id = $1 and kind = 'scenario'
    union all
    select case kind when 'server' then 'tools' when 'variant' then 'task scores' when 'episode' then 'trajectories'
      else kind || 's' end, status, closed_at
    from item where run_id = $1 and kind in ('server', 'graph', 'chain', 'task', 'variant', 'episode')
  )
  select name, count(*) filter (where status = 'open') as open, count(*) filter (where status = 'ok') as ok,
    count(*) filter (where status = 'rejected') as rejected,
    count(*) filter (where status in ('failed', 'quarantined')) as failed,
    count(*) filter (where closed_at > now() - make_interval(mins => $2)) as recent
  from walked group by name`;

// A proof of one node is a tool's; a merge has several. A tool that was proven again in a later round counts once.
const toolsSql = `
  select coalesce(sum(cardinality(i.tool_nodes)), 0)::int as needed, coalesce(sum(
    (select count(distinct p.nodes) from proof p where p.run_id = i.run_id and p.instance_id = i.id and p.accepted
       and cardinality(p.nodes) = 1)), 0)::int as proven
  from item i where i.run_id = $1 and i.kind = 'instance' and i.selected and not i.imported`;
