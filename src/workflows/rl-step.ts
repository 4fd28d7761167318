/**
 * One step of training by reinforcement (method §10.3, §10.4): serve the policy, roll out groups in waves until the batch
 * is full, train. Nothing is decided by arrival: a wave is awaited whole and groups enter by their numbers, so a run that
 * was killed anywhere goes on to the same weights.
 */
import type { RunSettings } from '../activities/store/contract.ts';
import type { GroupRef, ServedPolicy, StepRef, Weights } from '../activities/trainer/contract.ts';
import type { BlobHash } from '../domain/ids.ts';
import { type Filling, fillBatch, freshGroups, judgeGroup } from '../domain/rl/batch-filling.ts';
import type { StepFacts } from '../domain/rl/early-stop.ts';
import type { RlSettings } from '../domain/run/training/settings.ts';
import { failureText, failureType } from './item-outcome.ts';
import { trainer } from './resources.ts';
import { mapWindow } from './sliding-window.ts';

/** Where training stands between two steps. A persisted interface. */
export interface RlState {
  /** The last step that was made; 0 before the first. */
  readonly step: number;
  readonly start: Weights;
  /** TrainingPlan: what groups are drawn from. */
  readonly plan: BlobHash;
  /** Manifest of the last step, or of the start. */
  readonly manifest: string;
  /** Number of the next group. */
  readonly nextGroup: number;
  /** Valid groups that no batch has used yet. */
  readonly carried: readonly GroupRef[];
  /** Of the last steps, the newest last; what early stops are decided by. */
  readonly recent: readonly (StepFacts & { readonly rewardMean: number })[];
  readonly best: { readonly step: number; readonly f1: number } | null;
}

export interface RlStepInput {
  readonly run: RunSettings;
  readonly rl: RlSettings;
  readonly epoch: number;
  readonly state: RlState;
}

export interface StepEnd {
  readonly state: RlState;
  /** Why no step was made; null when one was. */
  readonly stopped: string | null;
}

/** Groups of a wave that are at the workers at once. */
const width = 8;
/** How often one group may find its policy gone. */
const republishings = 5;

export async function rlStep(input: RlStepInput): Promise<StepEnd> {
  const { rl, state } = input;
  const { kept, stale } = freshGroups(state.carried, state.step, rl.fill.maxStaleness);
  const tried: GroupRef[] = [];
  const stop = (stopped: string, carried: readonly GroupRef[]): StepEnd => ({
    state: { ...state, carried, nextGroup: state.nextGroup + tried.length },
    stopped,
  });
  const valid = (): GroupRef[] => [...kept, ...tried.filter((group) => judgeGroup(group, rl.fill) === 'valid')];
  let filling: Filling<GroupRef> = { status: 'open', more: 0 };
  try {
    const policy = await publish(input);
    filling = fillBatch(rl.fill, kept, tried);
    while (filling.status === 'open') {
      const first = state.nextGroup + tried.length;
      const numbers = Array.from({ length: filling.more }, (_, at) => first + at);
      tried.push(...(await mapWindow(numbers, width, (group) => rollOut(input, { group, policy }))));
      filling = fillBatch(rl.fill, kept, tried);
    }
    if (filling.status === 'starved') return stop(`Rl.Starved: ${filling.detail}`, valid());
    const lost = tried.reduce((sum, group) => sum + group.lost, 0);
    const made = await train(input, { filling, tried, stale, lost });
    return { state: nextState(state, { made, tried, lost, carry: filling.carry }), stopped: null };
  } catch (error) {
    const stopped = failureText(error);
    // The same batch would give the same numbers; of any other failure the groups are not to blame.
    const spoilt = failureType(error) === 'Trainer.GradientNotFinite';
    return stop(stopped, spoilt && filling.status === 'full' ? filling.carry : valid());
  }
}

function publish({ run, state }: RlStepInput): Promise<ServedPolicy> {
  const { start, step } = state;
  return trainer.publishPolicy.executeWithOptions({ summary: `serve step ${step}` }, [
    { runId: run.runId, start, step },
  ]);
}

/** A sampler that was started anew serves nothing until it is told to: then the policy is published again. */
async function rollOut(
  input: RlStepInput,
  { group, policy }: { group: number; policy: ServedPolicy },
): Promise<GroupRef> {
  const { run, state } = input;
  for (let again = 0; ; again++) {
    try {
      return await trainer.rolloutGroup.executeWithOptions({ summary: `group ${group}` }, [
        { runId: run.runId, plan: state.plan, group, policy },
      ]);
    } catch (error) {
      if (failureType(error) !== 'Trainer.StalePolicy' || again >= republishings) throw error;
      await publish(input);
    }
  }
}

interface Batch {
  readonly filling: Extract<Filling<GroupRef>, { status: 'full' }>;
  readonly tried: readonly GroupRef[];
  readonly stale: number;
  readonly lost: number;
}

function train({ run, epoch, state }: RlStepInput, { filling, tried, stale, lost }: Batch): Promise<StepRef> {
  const step = state.step + 1;
  return trainer.trainStep.executeWithOptions({ summary: `train step ${step}` }, [
    {
      runId: run.runId,
      start: state.start,
      epoch,
      step,
      groups: filling.batch.map(({ body }) => body),
      tried: tried.length,
      carried: filling.carry.length,
      stale,
      lost,
    },
  ]);
}

/** Steps that early stops look back on. */
const remembered = 20;

function nextState(
  state: RlState,
  { made, tried, lost, carry }: { made: StepRef; tried: readonly GroupRef[]; lost: number; carry: readonly GroupRef[] },
): RlState {
  const { rewardMean, rewardStd, kl, gradNorm } = made;
  const rollouts = tried.reduce((sum, group) => sum + group.wanted, 0);
  const facts = { rewardMean, rewardStd, kl, gradNorm, rollouts, lost };
  return {
    ...state,
    step: made.step,
    manifest: made.manifest,
    nextGroup: state.nextGroup + tried.length,
    carried: carry,
    recent: [...state.recent, facts].slice(-remembered),
  };
}
