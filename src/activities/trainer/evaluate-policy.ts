/**
 * A policy on environments that no training saw (method §11): sampled with repeats, and greedy; both are recorded, since
 * sampling hides what a policy can do and greedy hides how sure it is.
 */
import { canonicalJson, hashText, type RunId } from '../../domain/ids.ts';
import type { Json } from '../../domain/json.ts';
import { measurePolicy, type ScoredTask } from '../../domain/rl/evaluation.ts';
import { type PlannedTask, TrainingPlan } from '../../domain/rl/schema.ts';
import { turnSeed } from '../../domain/rl/task-order.ts';
import type { RunConfig } from '../../domain/run/schema.ts';
import { Evaluation, Rl } from '../../domain/run/training/schema.ts';
import { ConfigError } from '../failures.ts';
import type { Sampler } from './backend.ts';
import type { EvaluationKey, EvaluationRecord, Weights } from './contract.ts';
import { prepareTask } from './prepare-task.ts';
import { inRooms, type PlayRule, playRollouts, type RolloutJob } from './rollout-jobs.ts';
import { scoreRollout } from './score-rollout.ts';
import type { TrainingDesk } from './training-desk.ts';

/** Environments whose rollouts sample together. */
const together = 16;

export interface PolicyExam {
  readonly runId: RunId;
  readonly plan: string;
  readonly label: string;
  readonly weights: Weights;
  readonly mode: EvaluationKey['mode'];
  /** Sampled trajectories per environment; absent: the run's. */
  readonly repeats?: number;
  /** Absent: the environments that no training sees. */
  readonly on?: 'training';
}

export interface ExamWatch {
  readonly beat: (done: number, of: number) => void;
  readonly signal: AbortSignal | undefined;
}

/** Plays the held-out environments, or answers what the same weights scored under the same settings before. */
export async function evaluatePolicy(
  desk: TrainingDesk,
  exam: PolicyExam,
  watch: ExamWatch,
): Promise<EvaluationRecord> {
  const { store } = desk;
  const { runId, label, weights, mode } = exam;
  const config = await store.config(runId);
  const rule = config.evaluation ?? Evaluation.parse({});
  const repeats = mode === 'greedy' ? 1 : (exam.repeats ?? rule.repeats);
  const settings = hashText(
    canonicalJson({
      plan: exam.plan,
      on: exam.on ?? 'held out',
      rule,
      repeats,
      view: viewOf(config),
    } as unknown as Json),
  ); // parsed settings are JSON
  const key = { runId, manifest: weights.manifest, mode, settings };
  const known = await store.findEvaluation(key);
  if (known !== undefined) return known;
  const plan = TrainingPlan.parse(await store.loadBody(exam.plan));
  const tasks = exam.on === 'training' ? plan.training : plan.heldOut.slice(0, rule.tasks);
  if (tasks.length === 0)
    throw new ConfigError(
      'Invalid',
      `run "${runId}" holds no environment out: all of them hang together (${plan.splitBy})`,
    );
  const scored: ScoredTask[] = [];
  for (let at = 0; at < tasks.length; at += together) {
    watch.beat(at, tasks.length);
    const page = tasks.slice(at, at + together);
    scored.push(...(await playPage(desk, { exam, config, plan, tasks: page, repeats }, watch.signal)));
  }
  const body = await store.saveBody(canonicalJson(scored as unknown as Json)); // scores are numbers
  const record = { ...key, label, repeats, measures: measurePolicy(scored), body };
  await store.saveEvaluation(record);
  return record;
}

interface Page {
  readonly exam: PolicyExam;
  readonly config: RunConfig;
  readonly plan: TrainingPlan;
  readonly tasks: readonly PlannedTask[];
  readonly repeats: number;
}

async function playPage(desk: TrainingDesk, page: Page, signal: AbortSignal | undefined): Promise<ScoredTask[]> {
  const { exam, config } = page;
  const { backend, sampling } = config.rl ?? Rl.parse({});
  const rule = config.evaluation ?? Evaluation.parse({});
  const { sampler } = desk.backend(backend);
  const rooms = await Promise.all(page.tasks.map((task) => examRoom(desk, sampler, { ...page, task })));
  const play: PlayRule = {
    ...sampling,
    model: exam.weights.model,
    temperature: exam.mode === 'greedy' ? 0 : rule.temperature,
    maxTurns: rule.maxTurns,
    stopWhenSolved: false,
    // One page at a time has the room: nothing is measured of a rollout that was not played to its end.
    deadlineMs: Number.MAX_SAFE_INTEGER,
  };
  const jobs = rooms.flatMap(({ jobs: own }) => own);
  return inRooms(jobs, async () => {
    const ends = await playRollouts({ sampler, now: desk.now, signal }, play, jobs);
    return Promise.all(
      rooms.map(async ({ environment, jobs: own }) => {
        const scoring = { environment, reward: 'f1', overlong: 'keep' } as const;
        const scored = await Promise.all(
          own.flatMap((job) => ends[jobs.indexOf(job)] ?? []).map((end) => scoreRollout(end, scoring)),
        );
        return {
          task: environment.id,
          scores: scored.flatMap((one) => ('rollout' in one ? [one.rollout.score] : [])),
        };
      }),
    );
  });
}

async function examRoom(
  desk: TrainingDesk,
  sampler: Sampler,
  { exam, config, plan, task, repeats }: Page & { readonly task: PlannedTask },
) {
  const seed = `${config.seed}/evaluation/${task.id}`;
  const { perBand } = config.evaluation ?? Evaluation.parse({});
  const prepared = await prepareTask(desk, { plan, task, perBand, seed, view: viewOf(config) });
  const { environment, messages, tools } = prepared;
  const prompt = await sampler.render(exam.weights.model, { messages, tools });
  const jobs = Array.from(
    { length: repeats },
    (_, no): RolloutJob => ({ no, room: prepared.openRoom(), prompt, seedOf: turnSeed(seed, no) }),
  );
  return { environment, jobs };
}

function viewOf({ rl }: RunConfig): Rl['toolView'] {
  return (rl ?? Rl.parse({})).toolView;
}
