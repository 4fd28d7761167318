/**
 * One environment with state (ours): design → gold plan and module, apart from each other → proof that the gold sequence
 * reaches its goal and nothing shorter or shuffled does → one row. What a proof finds wrong goes to the writer to blame.
 */
import { continueAsNew, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { StatefulProof } from '../activities/proof/contract.ts';
import type { ClaimedItem, RunSettings } from '../activities/store/contract.ts';
import type { BlobHash } from '../domain/ids.ts';
import type { Outcome } from '../domain/run/outcome.ts';
import { partsToRewrite } from '../domain/stateful/blame.ts';
import { historyBudget } from './activity-options.ts';
import { type Answer, type Ask, createAsk } from './asking.ts';
import { designEvents } from './history-room.ts';
import { outcomeOf, unusable } from './item-outcome.ts';
import type { ItemInput } from './question-decomposition.ts';
import { statefulProof, store } from './resources.ts';
import { showOutcome } from './search-attributes.ts';
import { type Tried, untried } from './tool-design.ts';

export interface StatefulEnvironmentInput extends ItemInput {
  /** What came of the designs of earlier executions; a persisted interface. */
  readonly tried?: Tried;
}

export async function statefulEnvironment(input: StatefulEnvironmentInput): Promise<Outcome> {
  const { run, item } = input;
  const built = await build(input).catch((error: unknown) => ({ outcome: outcomeOf(error) }));
  if ('designs' in built) return continueAsNew<typeof statefulEnvironment>({ ...input, tried: built });
  await store.closeItem({ runId: run.runId, kind: 'scenario', id: item.id, ...built });
  showOutcome(built.outcome);
  return built.outcome;
}

interface Closed {
  readonly outcome: Outcome;
  readonly result?: { readonly id: string; readonly body: BlobHash };
}

/** The environment, or what was tried when the history has no room for another design. */
async function build({ run, item, tried: earlier = untried }: StatefulEnvironmentInput): Promise<Closed | Tried> {
  let tried = earlier;
  while (tried.designs < run.attempts.outer) {
    const full = workflowInfo().historyLength + designEvents(run.attempts) > historyBudget;
    if (full && tried.designs > earlier.designs) return tried;
    const built = await buildOnce(run, item, tried);
    if (!('designs' in built)) return built;
    tried = built;
  }
  return { outcome: tried.outcome };
}

/** One design and what can be made of it. */
async function buildOnce(run: RunSettings, item: ClaimedItem, tried: Tried): Promise<Closed | Tried> {
  const { inner, reask } = run.attempts;
  const designs = tried.designs + 1;
  const first = tried.designs * inner * reask;
  const ask = createAsk({ runId: run.runId, subject: item.id, round: item.round, first });
  const { feedback } = tried;
  const design = await ask({ prompt: 'stateful/design', facts: { scenario: item.body }, tries: reask, feedback });
  if (design.status === 'unusable') return { ...tried, designs, outcome: unusable('stateful/design', design) };
  const proven = await writeAndProve({ run, item, ask, design: design.reply, designs });
  if (proven.status === 'given_up') return { designs, outcome: proven.outcome, feedback: proven.feedback };
  return { outcome: { status: 'ok' }, result: { id: proven.id, body: proven.body } };
}

interface Writing {
  readonly run: RunSettings;
  readonly item: ClaimedItem;
  readonly ask: Ask;
  readonly design: BlobHash;
  readonly designs: number;
}

type Refused = Extract<StatefulProof, { status: 'refused' }>;

type Proven =
  | Extract<StatefulProof, { status: 'accepted' }>
  | { readonly status: 'given_up'; readonly outcome: Outcome; readonly feedback: readonly string[] };

type Parts = { readonly plan?: BlobHash; readonly code?: BlobHash };

/** Plan and module until the proof accepts them; only what is to blame is written again. */
async function writeAndProve(job: Writing): Promise<Proven> {
  const { run, item, design, designs } = job;
  const { inner, outer } = run.attempts;
  let parts: Parts = {};
  let refused: Refused | undefined;
  let disagreements = 0;
  for (let attempt = 1; attempt <= inner; attempt++) {
    setCurrentDetails(`design ${designs} of ${outer}, attempt ${attempt} of ${inner}`);
    const written = await writeMissing(job, parts, refused);
    if ('outcome' in written) return { status: 'given_up', outcome: written.outcome, feedback: [] };
    const verdict = await statefulProof.proveStateful.executeWithOptions({ summary: `all rules, attempt ${attempt}` }, [
      { runId: run.runId, scenarioId: item.id, scenario: item.body, design, ...written },
    ]);
    if (verdict.status === 'accepted') return verdict;
    refused = verdict;
    if (verdict.blames.includes('disagreement')) disagreements += 1;
    const again = partsToRewrite(verdict.blames, disagreements);
    if (again.includes('design')) break;
    parts = {
      ...(again.includes('plan') ? {} : { plan: written.plan }),
      ...(again.includes('implementation') ? {} : { code: written.code }),
    };
  }
  return givenUp(refused);
}

/** The plan's writer never sees a module, the module's writer neither plan nor task. */
async function writeMissing(
  { ask, design, run }: Writing,
  parts: Parts,
  refused: Refused | undefined,
): Promise<Required<Parts> | { readonly outcome: Outcome }> {
  const shared = { facts: { design }, tries: run.attempts.reask };
  const { plan: planFeedback = [], implementation: codeFeedback = [] } = refused?.feedback ?? {};
  const [plan, code] = await Promise.all([
    parts.plan === undefined ? ask({ ...shared, prompt: 'stateful/plan', feedback: planFeedback }) : kept(parts.plan),
    parts.code === undefined
      ? ask({ ...shared, prompt: 'stateful/implementation', feedback: codeFeedback })
      : kept(parts.code),
  ]);
  if (plan.status === 'unusable') return { outcome: unusable('stateful/plan', plan) };
  if (code.status === 'unusable') return { outcome: unusable('stateful/implementation', code) };
  return { plan: plan.reply, code: code.reply };
}

function kept(reply: BlobHash): Answer {
  return { status: 'usable', reply, summary: {} };
}

/** The next design learns why, even when the rules blame none. */
function givenUp(refused: Refused | undefined): Proven {
  if (refused === undefined) return { status: 'given_up', outcome: untried.outcome, feedback: [] };
  const { rules, feedback } = refused;
  const detail = rules.join(', ');
  const told = feedback.design.length > 0 ? feedback.design : [`an earlier design was given up, it broke: ${detail}`];
  return { status: 'given_up', outcome: { status: 'rejected', rule: rules[0] ?? 'unknown', detail }, feedback: told };
}
