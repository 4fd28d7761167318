/**
 * The lineage of the last checkpoint (ours): every weight back to the base, each step once and none missing, the batch of
 * each step made again from its groups and compared by its hash, every call of those groups made again, and every score
 * and reward recomputed from what the calls gave.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { Pool } from 'pg';
import type { Sandbox } from '../../activities/sandbox/contract.ts';
import { createBodyReader } from '../../activities/store/blobs.ts';
import { checkpointsOf, stepsOf } from '../../activities/store/checkpoints.ts';
import { loadRunConfig } from '../../activities/store/runs.ts';
import type { CheckpointRecord, StepRecord } from '../../activities/trainer/contract.ts';
import { encodeStepBatch } from '../../activities/trainer/step-batch.ts';
import type { RunId } from '../../domain/ids.ts';
import { rewardOf } from '../../domain/rl/reward-variant.ts';
import { RolloutGroup } from '../../domain/rl/schema.ts';
import { trajectoryFault } from '../../domain/rl/token-trajectory.ts';
import type { Rl } from '../../domain/run/training/schema.ts';
import type { Finding } from './finding.ts';
import { createReplayGroups } from './replay-groups.ts';

export interface TrainingCheck {
  readonly checkpoints: number;
  readonly batches: number;
  readonly groups: number;
  /** Names of the last checkpoint's ancestors, the base first. */
  readonly lineage: readonly string[];
  readonly findings: readonly Finding[];
}

/** Nothing is checked in a run that trained nothing. */
export async function checkTraining(pool: Pool, run: RunId, sandbox: Sandbox): Promise<TrainingCheck> {
  const [checkpoints, steps, config] = await Promise.all([
    checkpointsOf(pool, run),
    stepsOf(pool, run),
    loadRunConfig(pool, run),
  ]);
  const { rl } = config;
  const { lineage, findings } = lineageOf(run, checkpoints);
  findings.push(...orderFindings(run, checkpoints, steps));
  const read = createBodyReader(pool);
  let groups = 0;
  if (rl !== undefined && steps.length > 0) {
    const replay = await createReplayGroups(pool, sandbox, { run, config, rl });
    for (const step of steps) {
      const bodies = await Promise.all(step.groups.map(async (hash) => RolloutGroup.parse(await read(hash))));
      groups += bodies.length;
      const faults = (await Promise.all(bodies.map(replay))).flat();
      findings.push(...faults.map((detail) => finding(run, `step-${step.step}`, detail)));
      findings.push(...batchFindings({ run, step, rl }, bodies));
    }
  }
  return { checkpoints: checkpoints.length, batches: steps.length, groups, lineage, findings };
}

function lineageOf(run: string, checkpoints: readonly CheckpointRecord[]): { lineage: string[]; findings: Finding[] } {
  const byManifest = new Map(checkpoints.map((one) => [one.manifest, one]));
  const lineage: string[] = [];
  for (let at = checkpoints.at(-1); at !== undefined; ) {
    const { name, parent, kind } = at;
    lineage.unshift(name);
    if (parent === null) {
      // A service that tells nothing of its base leaves SFT as the first weights that are known.
      return { lineage, findings: kind === 'rl' ? [finding(run, name, 'it has no parent')] : [] };
    }
    const before = byManifest.get(parent);
    if (before === undefined)
      return { lineage, findings: [finding(run, name, `its parent ${parent} is not recorded`)] };
    if (lineage.length > checkpoints.length)
      return { lineage, findings: [finding(run, name, 'its ancestors go in a circle')] };
    at = before;
  }
  return { lineage, findings: [] };
}

function orderFindings(run: string, checkpoints: readonly CheckpointRecord[], steps: readonly StepRecord[]): Finding[] {
  const trained = new Map(checkpoints.filter(({ kind }) => kind === 'rl').map((one) => [one.step, one]));
  const findings = steps.flatMap(({ step, manifest, batch, parent }, at) => {
    if (step !== at + 1) return [finding(run, `step-${step}`, `expected step ${at + 1} in its place`)];
    const kept = trained.get(step);
    if (kept === undefined) return [finding(run, `step-${step}`, 'it has no checkpoint')];
    const same = kept.manifest === manifest && kept.data === batch && kept.parent === parent;
    return same
      ? []
      : [finding(run, `step-${step}`, 'its checkpoint names other weights, another batch or another parent')];
  });
  return trained.size === steps.length
    ? findings
    : [...findings, finding(run, 'steps', `${steps.length} steps, ${trained.size} checkpoints`)];
}

function batchFindings(
  { run, step, rl }: { run: string; step: StepRecord; rl: Rl },
  groups: readonly RolloutGroup[],
): Finding[] {
  const place = `step-${step.step}`;
  const findings = groups.flatMap((group) => groupFindings(group, rl).map((detail) => finding(run, place, detail)));
  if (findings.length > 0) return findings;
  const again = sha256(encodeStepBatch(groups, rl, { run, step: step.step }).bytes);
  if (again !== step.batch)
    findings.push(finding(run, place, `its groups give the batch ${again}, recorded ${step.batch}`));
  // The file is only a copy that the trainer read; when it is there it must be that one.
  if (existsSync(step.path) && sha256(readFileSync(step.path)) !== step.batch)
    findings.push(finding(run, place, `the file ${step.path} does not have the hash of its batch`));
  return findings;
}

function groupFindings({ group, rollouts, version }: RolloutGroup, rl: Rl): string[] {
  return rollouts.flatMap((rollout) => {
    const named = `group ${group}, rollout ${rollout.no}`;
    const fault = trajectoryFault(rollout);
    if (fault !== undefined) return [`${named}: ${fault}`];
    const reward = rewardOf(rollout.score, rl.reward);
    if (reward !== rollout.reward) return [`${named}: its score gives ${reward}, recorded ${rollout.reward}`];
    const others = rollout.turns.filter(({ policy }) => !policy.endsWith(`-v${version}`) && !policy.includes('step-'));
    return others.length > 0 && version > 0
      ? [`${named}: sampled by ${others[0]?.policy}, the group says version ${version}`]
      : [];
  });
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function finding(run: string, name: string, detail: string): Finding {
  return { part: 'training', id: `${run}/${name}`, detail };
}
