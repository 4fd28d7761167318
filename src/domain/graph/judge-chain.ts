/**
 * Whether a chain goes on (method §3.3): every operator that the run requires must say "valid". The original stores the
 * verdicts and reads them nowhere, so refused chains become tasks like any other. An answer that is missing is neither.
 */
import type { Outcome } from '../run/outcome.ts';
import { orderProblem, type Pair } from './chain-order.ts';
import { judgeDependency } from './dependency.ts';
import type { ChainOperator } from './operators.ts';
import { operatorPrompts } from './operators.ts';
import type { Chain, ChainDependencyReply, ChainQueryReply, ChainVoteReply, QueryChainReply } from './schema.ts';
import { decideVotes, type Majority } from './votes.ts';

/** Replies as far as they were asked for; null for one that never became usable. */
export interface ChainReplies {
  readonly dependency: ChainDependencyReply | null;
  readonly votes: readonly (ChainVoteReply | null)[];
  readonly backTranslations: readonly {
    readonly query: ChainQueryReply | null;
    readonly chain: QueryChainReply | null;
  }[];
}

export interface OperatorResult {
  readonly operator: ChainOperator;
  readonly verdict: Majority | 'not_asked';
  readonly detail: string;
}

export interface ChainJudgement {
  readonly outcome: Outcome;
  readonly results: readonly OperatorResult[];
}

export interface ChainTrial {
  readonly operators: readonly ChainOperator[];
  /** Planned votes and back-translations. */
  readonly votes: number;
  readonly backTranslations: number;
  /** Operators that were asked: one after another, none after the first that refused. */
  readonly asked: readonly ChainOperator[];
}

/** The operators' verdicts in their order, and what they make of the chain. */
export function judgeChain(chain: Chain, replies: ChainReplies, trial: ChainTrial): ChainJudgement {
  const order = orderOf(chain, replies);
  const results = trial.operators.map((operator): OperatorResult => {
    if (!trial.asked.includes(operator)) return { operator, verdict: 'not_asked', detail: '' };
    switch (operator) {
      case 'dependency':
        return { operator, ...dependencyResult(chain, replies) };
      case 'vote':
        return { operator, ...voteResult(replies, trial.votes) };
      case 'back_translation':
        return { operator, ...backTranslationResult({ chain, replies, order }, trial.backTranslations) };
    }
  });
  return { outcome: outcomeOf(results), results };
}

/** What the steps need of each other: as the arguments show it where they were asked about, else as the graph has it. */
function orderOf({ tools, order }: Chain, { dependency }: ChainReplies): readonly Pair[] {
  if (dependency === null) return order;
  const verdict = judgeDependency(dependency, tools);
  return verdict.valid ? verdict.order : order;
}

type Result = Omit<OperatorResult, 'operator'>;

function dependencyResult({ tools }: Chain, { dependency }: ChainReplies): Result {
  if (dependency === null) return { verdict: 'unresolved', detail: 'no usable reply' };
  const verdict = judgeDependency(dependency, tools);
  return verdict.valid
    ? { verdict: 'valid', detail: '' }
    : { verdict: 'invalid', detail: `${verdict.rule}: ${verdict.detail}` };
}

function voteResult({ votes }: ChainReplies, planned: number): Result {
  const cast = votes.map((vote) => vote?.is_valid ?? null);
  return { verdict: decideVotes(cast, planned), detail: tally(cast) };
}

function backTranslationResult(
  { chain, replies, order }: { chain: Chain; replies: ChainReplies; order: readonly Pair[] },
  planned: number,
): Result {
  const whys = replies.backTranslations.map(({ query, chain: planned_ }) => {
    if (query === null) return null;
    if (!query.valid) return 'no request leads to this chain';
    return planned_ === null ? null : (orderProblem(chain.tools, order, planned_.chain) ?? true);
  });
  const cast = whys.map((why) => (why === null ? null : why === true));
  const reasons = whys.filter((why) => typeof why === 'string').join('; ');
  return {
    verdict: decideVotes(cast, planned),
    detail: [tally(cast), reasons].filter((part) => part !== '').join(': '),
  };
}

function tally(votes: readonly (boolean | null)[]): string {
  const count = (value: boolean | null): number => votes.filter((vote) => vote === value).length;
  return `${count(true)} for, ${count(false)} against, ${count(null)} missing`;
}

function outcomeOf(results: readonly OperatorResult[]): Outcome {
  const refused = results.find(({ verdict }) => verdict === 'invalid');
  if (refused !== undefined) return { status: 'rejected', rule: `chain_${refused.operator}`, detail: refused.detail };
  const open = results.find(({ verdict }) => verdict !== 'valid');
  if (open === undefined) return { status: 'ok' };
  return { status: 'quarantined', judge: operatorPrompts[open.operator], detail: open.detail };
}
