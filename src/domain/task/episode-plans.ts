/**
 * From a kept task to what is played (method §5.4): its question, the tools that are withheld, and the script of its user.
 * A missing tool forbids every call only where nothing useful is left to call: another tool could often stand in, and the
 * steps before the gap are still right.
 */
import type { EpisodeKind, EpisodePlan } from '../episode/schema.ts';
import type { Pair } from '../graph/chain-order.ts';
import { contentId } from '../ids.ts';
import { pick, seededRng } from '../random.ts';
import { isScripted } from './kinds.ts';
import type { ScriptReply, TaskVariant } from './schema.ts';

export interface PlannedVariant {
  readonly id: string;
  readonly variant: TaskVariant;
  /** Pairs of positions of its tools that a chain orders; empty in free mode. */
  readonly order: readonly Pair[];
  /** Score of tool_selection_uniqueness. */
  readonly uniqueness: number;
}

/** From this score on no other tool of the server does the same. */
const uniqueEnough = 4;

/** The plan of one episode. Fails with TypeError when a kind that needs a script came without one. */
export function planEpisode(
  planned: PlannedVariant,
  { seed, n, kind }: { seed: number; n: number; kind: EpisodeKind },
  script: ScriptReply | null,
): EpisodePlan {
  const { id, variant } = planned;
  const withheld = kind === 'missing_tool' ? pick(seededRng(`${seed}/withheld/${id}/${n}`), variant.targetTools) : null;
  return {
    server: variant.server,
    variant: id,
    kind,
    ...spoken(planned, { n, kind }, script),
    targetTools: variant.targetTools,
    language: variant.language,
    withheldTools: withheld === null ? [] : [withheld],
    expects: withheld !== null && leavesNothing(withheld, planned) ? 'no_call' : 'calls',
  };
}

function spoken(
  { id, variant }: PlannedVariant,
  { n, kind }: { n: number; kind: EpisodeKind },
  script: ScriptReply | null,
): Pick<EpisodePlan, 'question' | 'user'> {
  if (!isScripted(kind)) return { question: variant.question, user: null };
  if (script === null) throw new TypeError(`episode ${n} of ${id} needs a script`);
  const { goal, known, withheld, later, question } = script;
  // What the writer made of an unchanged question may differ in spaces.
  return {
    question: kind === 'missing_parameter' ? question : variant.question,
    user: { goal, known, withheld, later },
  };
}

/** The id of an episode: its plan and its number among those of its variant. */
export function episodeId(plan: EpisodePlan, n: number): string {
  return contentId('episode', { plan, n });
}

/** True when every other tool of the task rests on the missing one, and none does its work. */
function leavesNothing(missing: string, { variant, order, uniqueness }: PlannedVariant): boolean {
  if (uniqueness < uniqueEnough) return false;
  const { targetTools } = variant;
  const lost = new Set(targetTools.keys().filter((at) => targetTools[at] === missing));
  // Pairs go forward: one walk over them in the order of their ends finds everything that rests on the gap.
  for (const [before, after] of order.toSorted((a, b) => a[1] - b[1])) if (lost.has(before)) lost.add(after);
  return lost.size === targetTools.length;
}
