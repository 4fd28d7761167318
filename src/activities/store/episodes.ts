/** Episodes before and after they are played (method §5, §7): what one starts with, what remains of it. */
import type { Pool, PoolClient } from 'pg';
import { openConversation, withoutUser } from '../../domain/episode/conversation.ts';
import { admitEpisode, shownTools } from '../../domain/episode/record.ts';
import { Conversation, type Episode, EpisodePlan } from '../../domain/episode/schema.ts';
import { ShownTools } from '../../domain/episode/shown-tools/schema.ts';
import { contentId } from '../../domain/ids.ts';
import type { Json } from '../../domain/json.ts';
import { answeredCalls, stepTurns } from '../../domain/judgement/parts.ts';
import { seededRng } from '../../domain/random.ts';
import type { RunConfig } from '../../domain/run/schema.ts';
import { firstState, stateSalt } from '../../domain/tool-call/state-key.ts';
import { PoolServer } from '../../domain/tool-pool/schema.ts';
import { type BodyReader, createBodyReader, saveBodies, toBody } from './blobs.ts';
import { type ChainItemRow, requireChainItem } from './chain-item.ts';
import type { EpisodeStoreActivities } from './episode-contract.ts';
import { buildEpisode } from './episode-record.ts';
import { closeItem } from './items.ts';
import { transaction } from './pool.ts';
import { loadRunConfig } from './runs.ts';
import { loadOwn } from './stored-body.ts';

type Input<Name extends keyof EpisodeStoreActivities> = Parameters<EpisodeStoreActivities[Name]>[0];
type Result<Name extends keyof EpisodeStoreActivities> = ReturnType<EpisodeStoreActivities[Name]>;

/** See EpisodeStoreActivities. */
export async function openEpisode(pool: Pool, input: Input<'openEpisode'>): Result<'openEpisode'> {
  const { runId, id, attempt } = input;
  const { seed, trajectories } = await loadStage(pool, runId);
  return transaction(pool, async (client) => {
    const row = await requireChainItem(client, { runId, kind: 'episode', id });
    const { plan, server } = await loadPlan(createBodyReader(client), row);
    const { systemPrompt, recordings, failures } = trajectories.episodes;
    const tools = toBody(shownTools(server, plan) as readonly object[] as Json); // parsed from JSON
    const conversation = toBody(openConversation(systemPrompt, plan.question) as object as Json);
    await saveBodies(client, [tools, conversation]);
    const emulated = server.reach.kind === 'documents';
    const salt = stateSalt({ recordings, reach: server.reach.kind, episode: id, attempt });
    return {
      conversation: conversation.hash,
      tools: tools.hash,
      environment: emulated ? 'emulated' : 'live',
      state: emulated ? '' : firstState(plan.server, salt),
      hasUser: plan.user !== null,
      failures: {
        seed: `${seed}/${id}`,
        rate: emulated ? failures.rate : failures.liveRate,
        weights: failures.weights,
      },
      // Drawn per episode, so that the share is spread over the run.
      judges: seededRng(`${seed}/second-judge/${id}`)() < trajectories.judging.repeatShare ? 2 : 1,
    };
  });
}

/** See EpisodeStoreActivities. */
export async function recordEpisode(pool: Pool, input: Input<'recordEpisode'>): Result<'recordEpisode'> {
  const { runId, id } = input;
  const config = await loadStage(pool, runId);
  return transaction(pool, async (client) => {
    const row = await requireChainItem(client, { runId, kind: 'episode', id });
    if (row.outcome !== undefined) return { status: 'closed', outcome: row.outcome };
    const episode = await recordOf(client, { input, row, config });
    const body = toBody(episode as object as Json); // JSON throughout
    const admission = admitEpisode(episode);
    if (!admission.ok) {
      await saveBodies(client, [body]);
      const outcome = { status: 'rejected', rule: admission.rule, detail: admission.detail } as const;
      const result = { id: conversationId(body.hash), body: body.hash };
      await closeItem(client, { runId, kind: 'episode', id, outcome, result });
      return { status: 'closed', outcome };
    }
    const { trajectory } = admission;
    const judged = toBody(trajectory as object as Json); // parsed from JSON
    await saveBodies(client, [body, judged]);
    const hasCalls = answeredCalls(trajectory).length > 0;
    const conversation = { subject: id, body: judged.hash, hasCalls, steps: stepTurns(trajectory) };
    return { status: 'admitted', episode: body.hash, conversation };
  });
}

/** The id of what remains of an episode, from its body. */
export function conversationId(body: string): string {
  return contentId('conversation', { body });
}

type Stage = RunConfig & { readonly trajectories: NonNullable<RunConfig['trajectories']> };

async function loadStage(pool: Pool, runId: string): Promise<Stage> {
  const { trajectories, ...config } = await loadRunConfig(pool, runId);
  if (trajectories === undefined) throw new TypeError('a run without the stage has no episodes');
  return { ...config, trajectories };
}

async function loadPlan(read: BodyReader, { body }: ChainItemRow): Promise<{ plan: EpisodePlan; server: PoolServer }> {
  const plan = await loadOwn(read, body, EpisodePlan);
  return { plan, server: await loadOwn(read, plan.server, PoolServer) };
}

async function recordOf(
  client: PoolClient,
  { input, row, config }: { input: Input<'recordEpisode'>; row: ChainItemRow; config: Stage },
): Promise<Episode> {
  const read = createBodyReader(client);
  const [{ plan, server }, spoken, tools] = await Promise.all([
    loadPlan(read, row),
    loadOwn(read, input.conversation, Conversation),
    loadOwn(read, input.tools, ShownTools),
  ]);
  const conversation = input.ending === null ? spoken : withoutUser(spoken, input.ending);
  return buildEpisode(client, { input, config, plan, server, conversation, tools });
}
