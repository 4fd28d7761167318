/** One task written and varied, one variant scored (method §4.2 to §4.4, §5.4): what task construction does with an item. */
import type { ClaimedItem, RunSettings, TrajectorySettings } from '../activities/store/contract.ts';
import type { AskedAugmentation, WantedScript } from '../activities/store/task-contract.ts';
import type { BlobHash } from '../domain/ids.ts';
import type { AugmentationMode } from '../domain/task/schema.ts';
import { type Answer, type Ask, createAsk } from './asking.ts';
import { repeatOf } from './chain-items.ts';
import { outcomeOf, unusable } from './item-outcome.ts';
import { store, taskStore } from './resources.ts';
import { mapWindow } from './sliding-window.ts';

/** Augmentations and scripts of one task asked for side by side: a task must not fill the queue by itself. */
const asksAtOnce = 6;

/** The settings of the stage; a run without it starts no execution of it. */
export function taskSettings({ trajectories }: RunSettings): TrajectorySettings['tasks'] {
  if (trajectories === null) throw new TypeError('this run has no trajectories stage');
  return trajectories.tasks;
}

/** Writes a task, unless a file brought it, and asks for its augmentations; what they come to never costs the task. */
export async function writeTask(run: RunSettings, item: ClaimedItem): Promise<void> {
  const { runId } = run;
  const ask = askerFor(run, item);
  const order = { server: serverOf(item), order: item.body };
  const task = item.imported ? null : await writtenBy(run, { item, ask, order });
  if (task === undefined) return;
  const facts = task === null ? order : { ...order, task };
  const augmentations = await mapWindow(everyAugmentation(taskSettings(run)), asksAtOnce, (wanted) =>
    augment(run, { ask, facts, wanted }),
  );
  await taskStore.recordTask({ runId, id: item.id, reply: task, augmentations });
}

type Facts = Readonly<Record<string, BlobHash>>;

/** The writer's reply; undefined when none became usable, and then the item is closed. */
async function writtenBy(
  run: RunSettings,
  { item, ask, order }: { item: ClaimedItem; ask: Ask; order: Facts },
): Promise<BlobHash | undefined> {
  const prompt = item.mode === 'free' ? 'task/free' : 'task/plan';
  const answer = await ask({ prompt, facts: order, tries: taskSettings(run).reask });
  if (answer.status === 'usable') return answer.reply;
  await store.closeItem({ runId: run.runId, kind: 'task', id: item.id, outcome: unusable(prompt, answer) });
  return undefined;
}

interface Wanted {
  readonly mode: AugmentationMode;
  readonly persona: number | null;
}

/** One ask per mode; per persona where they are what it changes by. */
function everyAugmentation({ augment: modes, personasPerTask }: TrajectorySettings['tasks']): Wanted[] {
  return modes.flatMap((mode): Wanted[] =>
    mode === 'persona'
      ? Array.from({ length: personasPerTask }, (_, persona) => ({ mode, persona }))
      : [{ mode, persona: null }],
  );
}

/** Asks for one augmentation; a failure is recorded with it, except that a budget at its end ends the whole item. */
async function augment(
  run: RunSettings,
  { ask, facts, wanted }: { ask: Ask; facts: Facts; wanted: Wanted },
): Promise<AskedAugmentation> {
  const { variations, reask } = taskSettings(run);
  const asked = ask({ prompt: 'task/augment', facts, params: { ...wanted, variations }, tries: reask });
  return { ...wanted, ...(await replyOrWhy(asked)) };
}

/** Scores a variant, and asks for the scripts of the users that its episodes need. */
export async function scoreVariant(run: RunSettings, item: ClaimedItem): Promise<void> {
  const { runId } = run;
  const { measureNecessity, reask } = taskSettings(run);
  const ask = askerFor(run, item);
  const facts = { server: serverOf(item), variant: item.body };
  const score = await judged(
    run,
    { item, answer: await ask({ prompt: 'task/score', facts, tries: reask }) },
    'task/score',
  );
  if (score === undefined) return;
  let withoutTools: BlobHash | null = null;
  if (measureNecessity) {
    const prompt = 'task/without-tools';
    const measured = await judged(run, { item, answer: await ask({ prompt, facts, tries: reask }) }, prompt);
    if (measured === undefined) return;
    withoutTools = measured;
  }
  const { scripts } = await taskStore.recordVariant({ runId, id: item.id, score, withoutTools });
  if (scripts.length === 0) return;
  const written = await mapWindow(scripts, asksAtOnce, (wanted) => script(run, { item, facts, wanted }));
  await taskStore.recordScripts({ runId, id: item.id, scripts: written });
}

/** The reply; undefined when a judge gave none, and then the item is closed: no missing score is ever a pass. */
async function judged(
  run: RunSettings,
  { item, answer }: { item: ClaimedItem; answer: Answer },
  prompt: string,
): Promise<BlobHash | undefined> {
  if (answer.status === 'usable') return answer.reply;
  await store.closeItem({ runId: run.runId, kind: 'variant', id: item.id, outcome: unusable(prompt, answer) });
  return undefined;
}

async function script(
  run: RunSettings,
  { item, facts, wanted }: { item: ClaimedItem; facts: Facts; wanted: WantedScript },
): Promise<WantedScript & { reply: BlobHash | null; why: string | null }> {
  // Two episodes of one kind take two scripts: each number asks under samples of its own.
  const ask = createAsk(repeatOf(run, item, wanted.n));
  const { kind } = wanted;
  const asked = ask({ prompt: 'task/user-script', facts, params: { kind }, tries: taskSettings(run).reask });
  return { ...wanted, ...(await replyOrWhy(asked)) };
}

/** What was answered, or what stood in the way. Cancellation goes up, and a budget at its end: nothing can be asked then. */
async function replyOrWhy(asked: Promise<Answer>): Promise<{ reply: BlobHash | null; why: string | null }> {
  try {
    const answer = await asked;
    if (answer.status === 'usable') return { reply: answer.reply, why: null };
    return { reply: null, why: `${answer.rule}: ${answer.detail}` };
  } catch (error) {
    const outcome = outcomeOf(error);
    if (outcome.status !== 'failed' || outcome.class === 'Provider.Budget') throw error;
    return { reply: null, why: `${outcome.class}: ${outcome.detail}` };
  }
}

function askerFor({ runId }: RunSettings, { id: subject, round }: ClaimedItem): Ask {
  return createAsk({ runId, subject, round });
}

function serverOf(item: ClaimedItem): BlobHash {
  if (item.server === undefined || item.server === null) throw new TypeError(`${item.id} came without its server`);
  return item.server;
}
