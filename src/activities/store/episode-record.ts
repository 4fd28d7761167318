/** The record of an episode (method §5.1): its conversation with everything that another one would need to be like it. */
import { z } from 'zod';
import { injectedFailures } from '../../domain/episode/conversation.ts';
import type { Conversation, Episode, EpisodePlan } from '../../domain/episode/schema.ts';
import { resolveModel } from '../../domain/run/models.ts';
import type { RunConfig } from '../../domain/run/schema.ts';
import type { PoolServer } from '../../domain/tool-pool/schema.ts';
import type { EpisodeStoreActivities } from './episode-contract.ts';
import { type Queryable, query } from './pool.ts';

interface Parts {
  readonly input: Parameters<EpisodeStoreActivities['recordEpisode']>[0];
  readonly config: RunConfig & { readonly trajectories: NonNullable<RunConfig['trajectories']> };
  readonly plan: EpisodePlan;
  readonly server: PoolServer;
  readonly conversation: Conversation;
  readonly tools: Episode['tools'];
}

/** The settings of the agent are those of the request that was sent last. */
export async function buildEpisode(on: Queryable, parts: Parts): Promise<Episode> {
  const { input, config, plan, server, conversation, tools } = parts;
  const { failures } = config.trajectories.episodes;
  const environment = server.reach.kind === 'documents' ? 'emulated' : 'live';
  return {
    id: input.id,
    plan,
    serverName: server.name,
    domain: server.domain,
    licence: server.licence,
    environment,
    tools,
    toolsHash: input.tools,
    messages: conversation.messages,
    steps: conversation.steps,
    stopReason: input.stopReason,
    agent: await agentOf(on, conversation, config),
    failures: {
      rate: environment === 'emulated' ? failures.rate : failures.liveRate,
      injected: injectedFailures(conversation),
    },
    attempt: input.attempt,
  };
}

const Sent = z.looseObject({
  model: z.string(),
  temperature: z.number(),
  top_p: z.number(),
  max_tokens: z.int(),
  seed: z.int(),
});

async function agentOf(on: Queryable, { steps }: Conversation, config: RunConfig): Promise<Episode['agent']> {
  const last = steps.findLast((step) => step.kind === 'agent');
  const [row] =
    last === undefined
      ? []
      : await query<{ request: string }>(on, 'select request from llm_call where call_key = $1', [last.call]);
  if (row === undefined) {
    // Nothing was ever answered: these are the settings that would have been sent.
    const { model, temperature, topP, maxTokens } = resolveModel(config, 'agent');
    return { model, temperature, topP, maxTokens, seed: config.seed };
  }
  const sent = Sent.parse(JSON.parse(row.request));
  return {
    model: sent.model,
    temperature: sent.temperature,
    topP: sent.top_p,
    maxTokens: sent.max_tokens,
    seed: sent.seed,
  };
}
