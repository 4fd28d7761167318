/** What a card counts of a judged conversation (ours), without the conversation. */
import type { EpisodeKind, StopReason } from '../../episode/schema.ts';
import type { StoredScore } from '../../episode/verdict/schema.ts';
import type { JudgedEpisode } from './judged-episode.ts';

export interface CountedEpisode {
  readonly selected: boolean;
  /** Rule that left it out; empty for a selected one, and for one without a verdict on every dimension. */
  readonly leftOut: string;
  readonly overall: number | null;
  readonly server: string;
  readonly language: string;
  readonly kind: EpisodeKind;
  readonly environment: 'live' | 'emulated';
  readonly stopReason: StopReason;
  readonly licence: string | null;
  /** Model that acted, and the one that judged. */
  readonly agent: string;
  readonly judge: string;
  readonly messages: number;
  readonly calls: number;
  /** Calls that failed, made-up failures included. */
  readonly failedCalls: number;
  readonly injected: number;
  /** Calls that were answered without asking any tool. */
  readonly refusedCalls: number;
  readonly score: StoredScore;
  readonly second: StoredScore | null;
}

export function countEpisode(judged: JudgedEpisode): CountedEpisode {
  const { episode, score, second, selected, leftOut, judge } = judged;
  const tools = episode.steps.filter((step) => step.kind === 'tool');
  return {
    selected,
    leftOut,
    overall: score.overall,
    server: episode.serverName,
    language: episode.plan.language,
    kind: episode.plan.kind,
    environment: episode.environment,
    stopReason: episode.stopReason,
    licence: episode.licence,
    agent: episode.agent.model,
    judge,
    messages: episode.messages.length,
    calls: tools.length,
    failedCalls: tools.filter(({ status }) => status === 'error').length,
    injected: tools.filter(({ injected }) => injected !== null).length,
    refusedCalls: tools.filter(({ problem }) => problem !== null).length,
    score,
    second,
  };
}
