/**
 * A trajectory as tokens (method §10.6): it only ever grows. The history is never rendered again, because the text of a
 * conversation does not determine its tokens: a turn that was sampled as other tokens than its text encodes to would be
 * trained on under probabilities of something else.
 */
import type { Rollout, Turn } from './schema.ts';

export interface TokenTrajectory {
  readonly tokens: readonly number[];
  readonly mask: readonly (0 | 1)[];
  readonly logprobs: readonly number[];
  readonly turns: readonly Turn[];
}

/** A trajectory that holds its prompt only; throws RangeError for an empty one, since nothing could be sampled first. */
export function beginTrajectory(prompt: readonly number[]): TokenTrajectory {
  if (prompt.length === 0) throw new RangeError('a trajectory needs a prompt of at least one token');
  return { tokens: [...prompt], mask: prompt.map(() => 0), logprobs: prompt.map(() => 0), turns: [] };
}

export interface Completion {
  readonly tokens: readonly number[];
  readonly logprobs: readonly number[];
  readonly policy: string;
  readonly finish: 'stop' | 'length';
}

/** Adds what the policy sampled; throws RangeError when tokens and log-probabilities do not fit each other. */
export function addTurn(to: TokenTrajectory, { tokens, logprobs, policy, finish }: Completion): TokenTrajectory {
  const bad = logprobs.findIndex((value) => !(value <= 0));
  if (tokens.length !== logprobs.length || bad >= 0)
    throw new RangeError(
      `turn ${to.turns.length + 1} of ${policy}: expected one log-probability of at most 0 for each of ${tokens.length} tokens, got ${logprobs.length}${bad < 0 ? '' : ` with ${logprobs[bad]} at ${bad}`}`,
    );
  return {
    tokens: [...to.tokens, ...tokens],
    mask: [...to.mask, ...tokens.map((): 1 => 1)],
    logprobs: [...to.logprobs, ...logprobs],
    turns: [...to.turns, { start: to.tokens.length, length: tokens.length, policy, finish }],
  };
}

/** Adds what the policy only reads. A turn that was cut off cannot be continued: its end was never sampled. */
export function addBridge(to: TokenTrajectory, tokens: readonly number[]): TokenTrajectory {
  const last = to.turns.at(-1);
  if (last?.finish !== 'stop') throw new RangeError('only a turn that ended by itself can be followed by another');
  return {
    ...to,
    tokens: [...to.tokens, ...tokens],
    mask: [...to.mask, ...tokens.map((): 0 => 0)],
    logprobs: [...to.logprobs, ...tokens.map(() => 0)],
  };
}

/** Sampled tokens. */
export function sampledTokens({ mask }: Pick<TokenTrajectory, 'mask'>): number {
  return mask.reduce<number>((sum, one) => sum + one, 0);
}

/** The first thing that is wrong with a stored trajectory, or undefined: lengths, spans against the mask, numbers. */
export function trajectoryFault(rollout: Pick<Rollout, 'tokens' | 'mask' | 'logprobs' | 'turns'>): string | undefined {
  const { tokens, mask, logprobs, turns } = rollout;
  if (mask.length !== tokens.length || logprobs.length !== tokens.length)
    return `${tokens.length} tokens, but ${mask.length} mask values and ${logprobs.length} log-probabilities`;
  const spans = turns.flatMap(({ start, length }) => Array.from({ length }, (_, at) => start + at));
  const marked = mask.flatMap((one, at) => (one === 1 ? [at] : []));
  if (spans.length !== marked.length || spans.some((at, index) => at !== marked[index]))
    return 'the mask and the turns name different tokens';
  const odd = logprobs.findIndex((value, at) => !(value <= 0) || (mask[at] === 0 && value !== 0));
  return odd < 0 ? undefined : `log-probability ${logprobs[odd]} at token ${odd} with mask ${mask[odd]}`;
}

/** Whether a prompt is the trajectory token for token; a history that was rendered again from its text is not. */
export function isHistory({ tokens }: TokenTrajectory, prompt: readonly number[]): boolean {
  return tokens.length === prompt.length && tokens.every((token, at) => token === prompt[at]);
}
