/**
 * One step of training by reinforcement (method §10.3, §10.4): serve the policy, roll out groups in waves until the batch
 * is full, train. Nothing is decided by arrival: a wave is awaited whole and groups enter by their numbers, so a run that
 * was killed anywhere goes on to the same weights.
 */
import { setCurrentDetails } from '@temporalio/workflow';
import type { GroupRef, ServedPolicy, StepRef, StepSpent } from '../activities/trainer/contract.ts';
import { type Filling, fillBatch, freshGroups, judgeGroup } from '../domain/rl/batch-filling.ts';
import { stepLine } from '../domain/rl/step-line.ts';
import { failureText, failureType } from './item-outcome.ts';
import { trainer } from './resources.ts';
import type { RlState, RlStepInput, StepEnd } from './rl-state.ts';
import { mapWindow } from './sliding-window.ts';
import { millisecondsNow } from './workflow-time.ts';

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
  const began = millisecondsNow();
  try {
    show(input, 'serving the policy', []);
    const policy = await publish(input);
    const served = millisecondsNow();
    filling = fillBatch(rl.fill, kept, tried);
    while (filling.status === 'open') {
      const first = state.nextGroup + tried.length;
      const numbers = Array.from({ length: filling.more }, (_, at) => first + at);
      show(input, `rolling out groups ${first} to ${first + numbers.length - 1}`, [...kept, ...tried]);
      tried.push(...(await mapWindow(numbers, width, (group) => rollOut(input, { group, policy }))));
      filling = fillBatch(rl.fill, kept, tried);
    }
    if (filling.status === 'starved') return stop(`Rl.Starved: ${filling.detail}`, valid());
    const lost = tried.reduce((sum, group) => sum + group.lost, 0);
    show(input, 'training', [...kept, ...tried]);
    const spent = { began, publish: (served - began) / 1000, rollouts: (millisecondsNow() - served) / 1000 };
    const made = await train(input, { filling, tried, stale, lost, spent });
    const seconds = { ...spent, training: (millisecondsNow() - began) / 1000 - spent.publish - spent.rollouts };
    const told = stepLine({ made, kept, tried, stale, fill: rl.fill, seconds });
    setCurrentDetails(told);
    return { state: nextState(state, { made, tried, lost, carry: filling.carry }), stopped: null, told };
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
  readonly spent: StepSpent;
}

function train({ run, epoch, state }: RlStepInput, { filling, tried, stale, lost, spent }: Batch): Promise<StepRef> {
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
      spent,
    },
  ]);
}

/** In the UI while the step is at work. */
function show({ rl, state }: RlStepInput, work: string, groups: readonly GroupRef[]): void {
  const valid = groups.filter((group) => judgeGroup(group, rl.fill) === 'valid').length;
  setCurrentDetails(`step ${state.step + 1}: ${work}; ${valid} of ${rl.fill.target} groups of the batch are there`);
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
