/** The stages of training in order (paper figure 1; method §9 to §11): SFT, reinforcement, evaluation. */
import { type ChildWorkflowHandle, startChild, type Workflow } from '@temporalio/workflow';
import type { RunSettings } from '../activities/store/contract.ts';
import type { SftProgress } from '../activities/trainer/contract.ts';
import type { BlobHash } from '../domain/ids.ts';
import { childOptions } from './child-options.ts';
import { onlineRl, type RlResult } from './online-rl.ts';
import { type EvaluationResult, type NamedPolicy, policyEvaluation } from './policy-evaluation.ts';
import { trainer } from './resources.ts';
import type { RunControl } from './run-control.ts';
import { showPhase } from './search-attributes.ts';
import { supervisedFineTuning } from './supervised-fine-tuning.ts';
import { workflowIds } from './workflow-ids.ts';

/** What training came to; absent stages were not asked for. */
export interface TrainingResult {
  readonly sft?: SftProgress;
  readonly rl?: RlResult;
  readonly evaluation?: EvaluationResult;
}

export async function trainPolicy(run: RunSettings, control: RunControl): Promise<TrainingResult> {
  const { training, runId } = run;
  if (training === undefined) return {};
  const { plan } = await trainer.planTraining.executeWithOptions({ summary: 'split, pool, bands' }, [{ runId }]);
  const sft = training.sft ? await fineTune(run, plan, control) : undefined; // §9
  const rl = training.rl === null ? undefined : await reinforce(run, plan, control); // §10
  const policies = policiesOf(sft, rl);
  const evaluated = training.evaluation.length > 0 && policies.length > 0;
  const evaluation = evaluated ? await evaluate(run, { plan, policies, control }) : undefined; // §11
  return { ...(sft && { sft }), ...(rl && { rl }), ...(evaluation && { evaluation }) };
}

async function fineTune(run: RunSettings, plan: BlobHash, control: RunControl): Promise<SftProgress> {
  const { runId } = run;
  showPhase(runId, 'sft');
  const { dataset, rows } = await trainer.prepareSft.executeWithOptions({ summary: 'rows' }, [{ runId, plan }]);
  const stage = await startChild(supervisedFineTuning, {
    ...childOptions(runId, 'sft'),
    workflowId: workflowIds.sft(runId, dataset),
    args: [{ run, dataset, rows, hold: control.hold() }],
    staticSummary: `SFT of ${runId} on ${rows} rows`,
  });
  return lead(stage, control);
}

async function reinforce(run: RunSettings, plan: BlobHash, control: RunControl): Promise<RlResult | undefined> {
  const rl = run.training?.rl;
  if (rl === undefined || rl === null) return undefined;
  showPhase(run.runId, 'rl');
  const stage = await startChild(onlineRl, {
    ...childOptions(run.runId, 'rl'),
    workflowId: workflowIds.rl(run.runId),
    args: [{ run, rl, plan, hold: control.hold() }],
    staticSummary: `online RL of ${run.runId}`,
  });
  return lead(stage, control);
}

async function evaluate(
  run: RunSettings,
  { plan, policies, control }: { plan: BlobHash; policies: readonly NamedPolicy[]; control: RunControl },
): Promise<EvaluationResult> {
  showPhase(run.runId, 'evaluation');
  const stage = await startChild(policyEvaluation, {
    ...childOptions(run.runId, 'evaluation'),
    workflowId: workflowIds.evaluation(run.runId),
    args: [{ run, plan, policies, hold: control.hold() }],
    staticSummary: `policies of ${run.runId} on held-out environments`,
  });
  return lead(stage, control);
}

function lead<T extends Workflow>(
  stage: ChildWorkflowHandle<T>,
  control: RunControl,
): ReturnType<ChildWorkflowHandle<T>['result']> {
  control.lead(stage);
  return stage.result() as ReturnType<ChildWorkflowHandle<T>['result']>;
}

/** Before, after SFT, after reinforcement; each once. */
function policiesOf(sft: SftProgress | undefined, rl: RlResult | undefined): NamedPolicy[] {
  const base = sft === undefined ? rl?.start : sft.base;
  return [
    ...(base === undefined ? [] : [{ label: 'base', weights: base }]),
    ...(sft?.result === undefined ? [] : [{ label: 'sft', weights: sft.result }]),
    ...(rl === undefined || rl.steps === 0
      ? []
      : [
          {
            label: 'rl',
            weights: { model: `step-${rl.steps}`, manifest: rl.manifest },
            published: { start: rl.start, step: rl.steps },
          },
        ]),
  ];
}
