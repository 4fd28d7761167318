/** Verdicts on chains (method §3.3): judged by the domain, recorded with every reply, so that each can be judged again. */
import type { Pool } from 'pg';
import { type ChainReplies, judgeChain } from '../../domain/graph/judge-chain.ts';
import {
  Chain,
  ChainDependencyReply,
  ChainQueryReply,
  ChainVoteReply,
  QueryChainReply,
} from '../../domain/graph/schema.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Outcome } from '../../domain/run/outcome.ts';
import { type BodyReader, createBodyReader, saveValue } from './blobs.ts';
import type { ChainStoreActivities } from './chain-contract.ts';
import { requireChainItem } from './chain-item.ts';
import { closeItem } from './items.ts';
import { query, transaction } from './pool.ts';
import { loadRunConfig } from './runs.ts';
import { loadOwn, loadReply } from './stored-body.ts';

type Input = Parameters<ChainStoreActivities['recordChain']>[0];

/** Records the verdicts and closes the chain; one that is closed keeps its outcome. See ChainStoreActivities. */
export async function recordChain(pool: Pool, input: Input): Promise<Outcome> {
  const { trajectories } = await loadRunConfig(pool, input.runId);
  if (trajectories === undefined) throw new TypeError('a run without the stage has no chains');
  const { operators, votes, backTranslations } = trajectories.chains;
  return transaction(pool, async (client) => {
    const { runId, id, asked } = input;
    const row = await requireChainItem(client, { runId, kind: 'chain', id });
    if (row.outcome !== undefined) return row.outcome;
    const read = createBodyReader(client);
    const [chain, replies] = await Promise.all([loadOwn(read, row.body, Chain), loadReplies(read, input)]);
    const { outcome, results } = judgeChain(chain, replies, { operators, votes, backTranslations, asked });
    // Replies and results are JSON values throughout.
    const verdict = await saveValue(client, { results, replies } as unknown as JsonObject);
    await query(client, "update item set verdict = $3 where run_id = $1 and kind = 'chain' and id = $2", [
      runId,
      id,
      verdict,
    ]);
    await closeItem(client, { runId, kind: 'chain', id, outcome });
    return outcome;
  });
}

/** All bodies of a chain are read by one statement: they are asked for side by side. */
async function loadReplies(read: BodyReader, input: Input): Promise<ChainReplies> {
  const [dependency, votes, backTranslations] = await Promise.all([
    loadReply(read, input.dependency, ChainDependencyReply),
    Promise.all(input.votes.map((vote) => loadReply(read, vote, ChainVoteReply))),
    Promise.all(
      input.backTranslations.map(async ({ query: told, chain: planned }) => {
        const [request, chain] = await Promise.all([
          loadReply(read, told, ChainQueryReply),
          loadReply(read, planned, QueryChainReply),
        ]);
        return { query: request, chain };
      }),
    ),
  ]);
  return { dependency, votes, backTranslations };
}
