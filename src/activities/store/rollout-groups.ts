/** Groups of rollouts of a run, each under its number and the policy that played it. */
import type { RunId } from '../../domain/ids.ts';
import type { GroupRef, TrainingStore } from '../trainer/contract.ts';
import { type Queryable, query } from './pool.ts';

const groupColumns = 'group_no as "group", version, task, body, wanted, rewards, solved, lost, tokens, calls' as const;

/** Undefined when that policy has not played it. */
export async function findGroup(
  on: Queryable,
  runId: RunId,
  { group, policy }: { group: number; policy: string },
): Promise<GroupRef | undefined> {
  const [row] = await query<GroupRef>(
    on,
    `select ${groupColumns} from rollout_group where run_id = $1 and group_no = $2 and policy = $3`,
    [runId, group, policy],
  );
  return row;
}

/** The group as it is stored: the first one that was played. */
export async function saveGroup(
  on: Queryable,
  runId: RunId,
  group: Parameters<TrainingStore['saveGroup']>[1],
): Promise<GroupRef> {
  await query(
    on,
    `insert into rollout_group
       (run_id, group_no, policy, version, task, body, wanted, rewards, solved, lost, tokens, calls, seconds)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict do nothing`,
    [
      runId,
      group.group,
      group.policy,
      group.version,
      group.task,
      group.body,
      group.wanted,
      group.rewards,
      group.solved,
      group.lost,
      group.tokens,
      group.calls,
      group.seconds,
    ],
  );
  return (await findGroup(on, runId, group)) ?? group;
}
