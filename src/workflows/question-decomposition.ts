/**
 * One question (paper §3.2, method §8.1 to §8.3): decompose it, then judge each instance: which sub-questions need a
 * tool, and the four checks that make its score. Which instances go on is decided over the whole run, not here.
 */
import { setCurrentDetails } from '@temporalio/workflow';
import type { ClaimedItem, RecordedInstance, RunSettings } from '../activities/store/contract.ts';
import type { BlobHash, QuestionId } from '../domain/ids.ts';
import type { PromptId } from '../domain/prompt/roles.ts';
import type { Outcome } from '../domain/run/outcome.ts';
import { type Answer, type Ask, createAsk } from './asking.ts';
import { outcomeOf, unusable } from './item-outcome.ts';
import { store } from './resources.ts';
import { showOutcome } from './search-attributes.ts';
import { mapWindow } from './sliding-window.ts';

export interface ItemInput {
  readonly run: RunSettings;
  readonly item: ClaimedItem;
}

/** Instances of one question that are judged side by side. */
const instanceWindow = 4;

export async function questionDecomposition({ run, item }: ItemInput): Promise<Outcome> {
  const outcome = await decomposeAndJudge(run, item).catch((error: unknown) =>
    closeQuestion(run, item, outcomeOf(error)),
  );
  showOutcome(outcome);
  return outcome;
}

async function decomposeAndJudge(run: RunSettings, item: ClaimedItem): Promise<Outcome> {
  const questionId = item.id as QuestionId;
  const decomposed = item.imported ? null : await decompose(run, item);
  if (decomposed?.status === 'unusable') {
    return closeQuestion(run, item, unusable('decomposition/decompose', decomposed));
  }
  const recorded = await store.recordDecompositions({ runId: run.runId, questionId, reply: decomposed?.reply ?? null });
  setCurrentDetails(`${recorded.instances.length} instances to judge, ${recorded.rejected} refused by structure`);
  await mapWindow(recorded.instances, instanceWindow, (instance) => judgeInstance(run, item, instance));
  return { status: 'ok' };
}

/** §8.1: question, answer and trace from one request. */
function decompose(run: RunSettings, item: ClaimedItem): Promise<Answer> {
  const ask = createAsk({ runId: run.runId, subject: item.id, round: item.round });
  return ask({ prompt: 'decomposition/decompose', facts: { question: item.body }, tries: run.attempts.reask });
}

/** §8.2, then §8.3: an instance whose inner nodes need no tool is refused before the checks are paid for. */
async function judgeInstance(run: RunSettings, item: ClaimedItem, instance: RecordedInstance): Promise<void> {
  const ask = createAsk({ runId: run.runId, subject: instance.id, round: item.round });
  await judge(run, ask, instance).catch((error: unknown) =>
    store.closeItem({ runId: run.runId, kind: 'instance', id: instance.id, outcome: outcomeOf(error) }),
  );
}

/** Recording the scores also closes an instance that they refuse. */
async function judge(run: RunSettings, ask: Ask, instance: RecordedInstance): Promise<void> {
  const check = (prompt: PromptId, params = {}): Promise<Answer> =>
    ask({ prompt, facts: { instance: instance.body }, params, tries: run.attempts.reask });
  const necessity = await check('decomposition/necessity');
  const base = { runId: run.runId, instanceId: instance.id, necessity: replyOf(necessity) };
  if (necessity.status === 'unusable' || necessity.summary['legal'] === false) {
    await store.recordScores({ ...base, checks: null, unresolved: reasons({ necessity }) });
    return;
  }
  const [atomicity, serialization, completeness, dependency] = await Promise.all([
    check('decomposition/atomicity'),
    check('decomposition/serialization'),
    check('decomposition/completeness'),
    Promise.all(instance.dependent.map((node) => check('decomposition/dependency', { node }))),
  ]);
  await store.recordScores({
    ...base,
    checks: {
      dependency: instance.dependent.map((node, index) => ({ node, reply: replyOf(dependency[index]) })),
      atomicity: replyOf(atomicity),
      serialization: replyOf(serialization),
      completeness: replyOf(completeness),
    },
    unresolved: reasons({ atomicity, serialization, completeness, ...byNode(instance, dependency) }),
  });
}

function byNode(instance: RecordedInstance, answers: readonly Answer[]): Record<string, Answer> {
  return Object.fromEntries(
    answers.map((answer, index) => [`dependency of node ${instance.dependent[index]}`, answer]),
  );
}

function replyOf(answer: Answer | undefined): BlobHash | null {
  return answer?.status === 'usable' ? answer.reply : null;
}

function reasons(answers: Record<string, Answer>): string[] {
  return Object.entries(answers).flatMap(([name, answer]) =>
    answer.status === 'unusable' ? [`${name}: ${answer.rule}: ${answer.detail.slice(0, 200)}`] : [],
  );
}

async function closeQuestion(run: RunSettings, item: ClaimedItem, outcome: Outcome): Promise<Outcome> {
  await store.closeItem({ runId: run.runId, kind: 'question', id: item.id, outcome });
  return outcome;
}
