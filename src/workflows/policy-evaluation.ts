/** The stage "evaluation" (method §11): the policies of a run on the environments that no training saw. */
import { setHandler } from '@temporalio/workflow';
import type { RunSettings } from '../activities/store/contract.ts';
import type { EvaluationRecord, Weights } from '../activities/trainer/contract.ts';
import type { BlobHash } from '../domain/ids.ts';
import { failureText } from './item-outcome.ts';
import { type Hold, holdSignal, newerHold } from './messages.ts';
import { trainer } from './resources.ts';
import { installStageControl } from './stage-control.ts';

export interface NamedPolicy {
  readonly label: string;
  readonly weights: Weights;
  /** Present for a step of training by reinforcement: it has to be served first. */
  readonly published?: { readonly start: Weights; readonly step: number };
}

export interface PolicyEvaluationInput {
  readonly run: RunSettings;
  readonly plan: BlobHash;
  readonly hold: Hold;
  readonly policies: readonly NamedPolicy[];
}

/** F1 of each policy and mode, with its interval. */
export type EvaluationResult = readonly (Pick<EvaluationRecord, 'label' | 'mode' | 'measures'> & {
  readonly manifest: string;
})[];

export async function policyEvaluation(input: PolicyEvaluationInput): Promise<EvaluationResult> {
  const { run, policies } = input;
  let { hold } = input;
  const control = installStageControl(run, () => hold.paused);
  setHandler(holdSignal, (told) => void (hold = newerHold(hold, told)));
  await control.enter('evaluation', policies.map(({ label }) => label).join(', '));
  const results: EvaluationResult[number][] = [];
  for (const policy of policies)
    for (const mode of run.training?.evaluation ?? []) {
      const { label, measures, manifest } = await measured(input, { policy, mode }, (note) =>
        control.park('evaluation', note),
      );
      results.push({ label, mode, measures, manifest });
    }
  return results;
}

async function measured(
  { run, plan }: PolicyEvaluationInput,
  { policy, mode }: { policy: NamedPolicy; mode: 'sampled' | 'greedy' },
  park: (note: string) => Promise<unknown>,
): Promise<EvaluationRecord> {
  const { runId } = run;
  const { label, published } = policy;
  for (;;) {
    try {
      const served = published && (await trainer.publishPolicy({ runId, ...published }));
      const weights = served === undefined ? policy.weights : { ...policy.weights, model: served.model };
      return await trainer.evaluatePolicy.executeWithOptions({ summary: `${label}, ${mode}` }, [
        { runId, plan, label, weights, mode },
      ]);
    } catch (error) {
      await park(failureText(error));
    }
  }
}
