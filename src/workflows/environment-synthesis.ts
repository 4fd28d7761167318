/**
 * Environment synthesis (paper §3.2, method §8): plan the questions → decompose and judge them → keep the best →
 * build, prove and merge their tools; scenarios, where there are some, become environments with state at the end.
 * Items live in partitions; here is only the order.
 */
import { setCurrentDetails } from '@temporalio/workflow';
import type { ProofActivities } from '../activities/proof/contract.ts';
import type { RunSettings } from '../activities/store/contract.ts';
import type { OutcomeCounts } from '../domain/run/outcome.ts';
import { addCounts } from '../domain/run/outcome.ts';
import type { Hold } from './messages.ts';
import { finish, plan, store } from './resources.ts';
import { installStageControl, type StageControl } from './stage-control.ts';
import { installHold, walkPartitions } from './stage-partitions.ts';

export interface EnvironmentSynthesisInput {
  readonly run: RunSettings;
  readonly hold: Hold;
}

export async function environmentSynthesis(input: EnvironmentSynthesisInput): Promise<OutcomeCounts> {
  const { run } = input;
  const { runId } = run;
  const crew = installHold(input.hold);
  const control = installStageControl(run, () => crew.hold.paused);

  await control.enter('planning');
  const planned = await plan.planEnvironments.executeWithOptions({ summary: 'read the sources' }, [{ runId }]);
  await control.passGate('plan', `${plannedText(planned)} planned, ${planned.rejected} refused`);

  await control.enter('decomposition', `${planned.questions} questions`); // §8.1 to §8.3
  const questions = await walkPartitions({ run, kind: 'question', crew, control });

  const selection = await store.selectInstances.executeWithOptions({ summary: 'over all scored instances' }, [
    { runId },
  ]); // §8.3
  if (run.stopAfter === 'scores') return questions;
  await control.passGate('selection', `${selection.selected} of ${selection.scored} scored instances selected`);

  await control.enter('environments', `${selection.selected} instances`); // §8.4 to §8.6
  await importFinished(run, control, planned.environments ?? 0);
  const built = await walkPartitions({ run, kind: 'instance', crew, control });
  const instances = await augment(run, control, built); // §8.1
  if (!(planned.scenarios > 0)) return instances;

  await control.enter('scenarios', `${planned.scenarios} scenarios`);
  return addCounts(instances, await walkPartitions({ run, kind: 'scenario', crew, control }));
}

/** Finished environments of other runs: their tools are there, so their gold calls are only replayed. */
async function importFinished({ runId }: RunSettings, control: StageControl, environments: number): Promise<void> {
  if (environments === 0) return;
  await control.enter('import', `${environments} finished environments`);
  for (let after: number | null = -1; after !== null; ) {
    const summary = `environments after no. ${after}`;
    const page: { next: number | null } = await finish.importEnvironments.executeWithOptions({ summary }, [
      { runId, after },
    ]);
    after = page.next;
  }
}

/** Other values for the tools that are there; nothing is asked of a model, and what cannot be proven is left out. */
async function augment(run: RunSettings, control: StageControl, built: OutcomeCounts): Promise<OutcomeCounts> {
  const { runId, augment: wanted = 0 } = run;
  if (wanted === 0) return built;
  await control.enter('augmentation', `up to ${wanted} from each environment`);
  let made = 0;
  for (let after: number | null = -1; after !== null; ) {
    const summary = `environments after no. ${after}`;
    const page: Augmented = await finish.augmentEnvironments.executeWithOptions({ summary }, [
      { runId, after, wanted },
    ]);
    made += page.made;
    after = page.next;
    setCurrentDetails(`${made} environments made from others`);
  }
  return store.countItems({ runId, kind: 'instance' });
}

type Augmented = Awaited<ReturnType<ProofActivities['augmentEnvironments']>>;

function plannedText({ questions, scenarios }: { questions: number; scenarios: number }): string {
  return scenarios > 0 ? `${questions} questions and ${scenarios} scenarios` : `${questions} questions`;
}
