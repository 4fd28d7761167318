/** One server listed, one graph proposed (method §2, §3.1): what chain building does with an item before chains exist. */
import type { ChainSettings, ClaimedItem, RunSettings } from '../activities/store/contract.ts';
import type { BlobHash } from '../domain/ids.ts';
import { type AskContext, createAsk } from './asking.ts';
import { chainStore, tools } from './resources.ts';
import { mapWindow } from './sliding-window.ts';

/** Proposals of one server asked for side by side: a large server must not fill the queue by itself. */
const proposalsAtOnce = 6;

/** The settings of the stage; a run without it starts no execution of it. */
export function chainSettings({ chains }: RunSettings): ChainSettings {
  if (chains === null) throw new TypeError('this run has no trajectories stage');
  return chains;
}

/** Asks a server for its tools, unless its file has them, and filters them. */
export async function listServer({ runId }: RunSettings, item: ClaimedItem): Promise<void> {
  const summary = `server ${item.ordinal + 1}`;
  const listed = item.imported
    ? null
    : await tools.listTools.executeWithOptions({ summary }, [{ runId, source: item.body }]);
  await chainStore.recordServer({ runId, id: item.id, listing: listed?.listing ?? null });
}

/**
 * The asker for one of several answers to the same question: each has sample numbers of its own, so that no answer is
 * taken from the record for another one and counted twice.
 */
export function repeatOf({ runId }: RunSettings, { id: subject, round }: ClaimedItem, repeat: number): AskContext {
  return { runId, subject, round, first: repeat * mostAsks };
}

/** Above the most asks that the configuration allows for one answer. */
const mostAsks = 100;

/** Asks for the chains of every slice of every sample; given chains stand for all of them. */
export async function proposeChains(run: RunSettings, item: ClaimedItem): Promise<void> {
  const { samples, reask } = chainSettings(run);
  const asks = item.imported ? [] : everySlice(samples, item.slices ?? 1);
  const replies = await mapWindow(asks, proposalsAtOnce, async (params) => {
    const question = {
      prompt: 'trajectory/chain-proposal',
      facts: { server: item.body },
      params,
      tries: reask,
    } as const;
    const answer = await createAsk(repeatOf(run, item, params.sample))(question);
    const reply: BlobHash | null = answer.status === 'usable' ? answer.reply : null;
    return { ...params, reply };
  });
  await chainStore.recordGraph({ runId: run.runId, id: item.id, replies });
}

function everySlice(samples: number, slices: number): { sample: number; slice: number }[] {
  return Array.from({ length: samples * slices }, (_, at) => ({ sample: Math.floor(at / slices), slice: at % slices }));
}
