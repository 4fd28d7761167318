/**
 * Questions of one server that say nearly the same (method §4.4): by the word triples they share. The one that already has
 * episodes stays, else the earlier in the plan; servers are never compared, since their tools differ.
 * Questions of one writer share their phrases, so that the holders of a common triple are all questions: two that are alike
 * enough share one of their rarest triples, and only those are looked up.
 */
import { wordTriples } from '../text/shingles.ts';

export interface ComparedQuestion {
  readonly id: string;
  readonly server: string;
  readonly question: string;
  /** It has episodes: nothing takes its place. */
  readonly settled: boolean;
}

export interface Duplicate {
  readonly id: string;
  /** The question that stands for it. */
  readonly of: string;
  /** Shared word triples among those of both. */
  readonly share: number;
}

/** The duplicates among questions in plan order, those of one server together. */
export function nearDuplicates(questions: readonly ComparedQuestion[], least: number): Duplicate[] {
  const settledFirst = [...questions.filter(({ settled }) => settled), ...questions.filter(({ settled }) => !settled)];
  const servers = Map.groupBy(settledFirst, ({ server }) => server);
  return [...servers.values()].flatMap((list) => duplicatesOf(list, least));
}

/** A text as the ranks of its triples, the rarest first. */
type Ranks = readonly number[];

interface Kept {
  readonly id: string;
  /** Position among the questions. */
  readonly index: number;
  readonly ranks: Ranks;
}

/** A kept text that has a triple, and where among its own. */
interface Holder {
  readonly kept: Kept;
  readonly at: number;
}

function duplicatesOf(questions: readonly ComparedQuestion[], least: number): Duplicate[] {
  const texts = rankedTexts(questions.map(({ question }) => wordTriples(question)));
  const holders = new Map<number, Holder[]>();
  return questions.flatMap(({ id, settled }, index): Duplicate[] => {
    const ranks = texts[index] ?? [];
    // A text without any of so many of its triples cannot share enough of them.
    const rare = ranks.slice(0, ranks.length - Math.ceil(least * ranks.length) + 1);
    const nearest = settled ? undefined : nearestOf(ranks, candidates(ranks, rare, { holders, least }), least);
    if (nearest !== undefined) return [{ id, ...nearest }];
    const kept = { id, index, ranks };
    for (const [at, rank] of rare.entries()) {
      const list = holders.get(rank);
      if (list === undefined) holders.set(rank, [{ kept, at }]);
      else list.push({ kept, at });
    }
    return [];
  });
}

function rankedTexts(texts: readonly ReadonlySet<string>[]): Ranks[] {
  const counts = new Map<string, number>();
  for (const triples of texts) for (const triple of triples) counts.set(triple, (counts.get(triple) ?? 0) + 1);
  const ordered = [...counts].sort(([a, many], [b, more]) => many - more || (a < b ? -1 : 1));
  const ranks = new Map(ordered.map(([triple], rank) => [triple, rank]));
  return texts.map((triples) => [...triples].map((triple) => ranks.get(triple) ?? 0).sort((a, b) => a - b));
}

interface Index {
  readonly holders: ReadonlyMap<number, readonly Holder[]>;
  readonly least: number;
}

/** Kept texts that may share enough, in the order they were kept: what is left behind a shared triple has to suffice. */
function candidates(ranks: Ranks, rare: Ranks, { holders, least }: Index): readonly Kept[] {
  const shared = new Map<Kept, number>();
  for (const [at, rank] of rare.entries()) {
    for (const { kept, at: place } of holders.get(rank) ?? []) {
      const before = shared.get(kept) ?? 0;
      const most = before + Math.min(ranks.length - at, kept.ranks.length - place);
      shared.set(kept, most < needed(ranks, kept.ranks, least) ? Number.NEGATIVE_INFINITY : before + 1);
    }
  }
  const left = [...shared].flatMap(([kept, count]) => (count > 0 ? kept : []));
  return left.sort((a, b) => a.index - b.index);
}

/** Triples that two texts of these lengths have to share. */
const needed = (some: Ranks, others: Ranks, least: number): number =>
  (least / (1 + least)) * (some.length + others.length) - 1e-9;

/** The greatest share, if that is enough; the first of equals. */
function nearestOf(ranks: Ranks, list: readonly Kept[], least: number): Omit<Duplicate, 'id'> | undefined {
  let best: Omit<Duplicate, 'id'> | undefined;
  for (const kept of list) {
    const count = sharedOf(ranks, kept.ranks);
    const share = count / (ranks.length + kept.ranks.length - count);
    if (share >= least && share > (best?.share ?? 0)) best = { of: kept.id, share };
  }
  return best;
}

/** How many numbers two ascending lists share. */
function sharedOf(some: Ranks, others: Ranks): number {
  let [at, place, count] = [0, 0, 0];
  while (at < some.length && place < others.length) {
    const difference = (some[at] ?? 0) - (others[place] ?? 0);
    if (difference === 0) count += 1;
    if (difference <= 0) at += 1;
    if (difference >= 0) place += 1;
  }
  return count;
}
