/**
 * Which judged conversations become training data (method §7.5, §7.6; ours). Decided over all of them at once and in
 * order of worth, so that of two that exclude each other the better one stays; equals stay in plan order.
 */
import { canonicalJson } from '../ids.ts';
import type { Json } from '../json.ts';
import type { TrajectoryScore } from '../judgement/dimensions.ts';
import { SimilarTexts } from '../text/shingles.ts';
import { fenceTokens, tokenise } from '../text/tokens.ts';
import { type Refusal, type SelectionSettings, scoreProblem } from './rules.ts';

export interface Candidate {
  readonly id: string;
  /** Id of the task item: its variants and episodes count together. */
  readonly task: string;
  readonly server: string;
  /** First message of the user. */
  readonly question: string;
  /** In the order they were made, with the arguments as the model wrote them. */
  readonly calls: readonly { readonly name: string; readonly arguments: string }[];
  readonly score: TrajectoryScore;
}

export interface EpisodeSelection {
  /** Ids in the order they came. */
  readonly selected: readonly string[];
  /** The others, in the order they came. */
  readonly refused: readonly (Refusal & { readonly id: string })[];
}

/**
 * Candidates come in plan order. `contaminated` says of an id which text of which file it resembles; see
 * ContaminationCheck. The same input gives the same selection.
 */
export function selectEpisodes(
  candidates: readonly Candidate[],
  settings: SelectionSettings,
  contaminated: ReadonlyMap<string, string>,
): EpisodeSelection {
  const refusals = new Map<string, Refusal>();
  const take = (list: readonly Candidate[], rule: (one: Candidate) => Refusal | undefined): Candidate[] =>
    list.filter((one) => {
      const refusal = rule(one);
      if (refusal !== undefined) refusals.set(one.id, refusal);
      return refusal === undefined;
    });
  const good = take(candidates, (one) => scoreProblem(one.score, settings) ?? contamination(one, contaminated));
  const byWorth = [...good].sort((a, b) => (b.score.overall ?? 0) - (a.score.overall ?? 0));
  const distinct = take(byWorth, asFirst(conversationKey, 'duplicate_conversation'));
  const unlike = take(distinct, unlikeOthers(settings.nearDuplicate));
  const spread = take(
    unlike,
    withinCap((one) => one.task, 'task_full', settings.perTask),
  );
  const { serverShare } = settings;
  const perServer = serverShare === undefined ? undefined : Math.max(1, Math.floor(serverShare * spread.length));
  take(
    spread,
    withinCap((one) => one.server, 'server_full', perServer),
  );
  return {
    selected: candidates.flatMap(({ id }) => (refusals.has(id) ? [] : [id])),
    refused: candidates.flatMap(({ id }) => {
      const refusal = refusals.get(id);
      return refusal === undefined ? [] : [{ id, ...refusal }];
    }),
  };
}

function contamination({ id }: Candidate, contaminated: ReadonlyMap<string, string>): Refusal | undefined {
  const detail = contaminated.get(id);
  return detail === undefined ? undefined : { rule: 'contaminated', detail };
}

/** Same question and same calls: what was answered in between adds nothing. */
function conversationKey({ question, calls }: Candidate): string {
  return [fenceTokens(tokenise(question)), ...calls.map((call) => `${call.name} ${sameJson(call.arguments)}`)].join(
    '\n',
  );
}

/** Arguments without their spelling; what is no JSON stays as it is. */
function sameJson(text: string): string {
  try {
    return canonicalJson(JSON.parse(text) as Json); // JSON.parse returns JSON values and nothing else
  } catch {
    return text; // a model wrote it, and as text it still is the same or another
  }
}

function asFirst(key: (one: Candidate) => string, rule: Refusal['rule']): (one: Candidate) => Refusal | undefined {
  const first = new Map<string, string>();
  return (one) => {
    const own = key(one);
    const same = first.get(own);
    if (same !== undefined) return { rule, detail: `same as ${same}` };
    first.set(own, one.id);
    return undefined;
  };
}

/** Episodes of one question are no near-duplicates of each other: their calls differ, and the cap per task holds. */
function unlikeOthers(least: number): (one: Candidate) => Refusal | undefined {
  const texts = new SimilarTexts();
  const known = new Set<string>();
  return ({ id, question }) => {
    const words = fenceTokens(tokenise(question));
    if (known.has(words)) return undefined;
    const near = texts.nearest(question, least);
    if (near !== undefined)
      return {
        rule: 'near_duplicate_question',
        detail: `shares ${near.share.toFixed(2)} of its word triples with ${near.id}`,
      };
    known.add(words);
    texts.add(id, question);
    return undefined;
  };
}

function withinCap(
  key: (one: Candidate) => string,
  rule: Refusal['rule'],
  cap: number | undefined,
): (one: Candidate) => Refusal | undefined {
  const counts = new Map<string, number>();
  return (one) => {
    const count = (counts.get(key(one)) ?? 0) + 1;
    if (cap !== undefined && count > cap) return { rule, detail: `${key(one)} already has ${cap} better ones` };
    counts.set(key(one), count);
    return undefined;
  };
}
