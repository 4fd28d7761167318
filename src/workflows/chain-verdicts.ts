/**
 * The operators of one chain (method §3.3), one after another: none is asked once an earlier one refused, and no vote once
 * the majority is decided. What the verdicts mean is decided where they are recorded.
 */
import type { ChainSettings, ClaimedItem, RunSettings } from '../activities/store/contract.ts';
import type { ChainOperator } from '../domain/graph/operators.ts';
import { decideVotes } from '../domain/graph/votes.ts';
import type { BlobHash } from '../domain/ids.ts';
import { type Answer, type Ask, createAsk } from './asking.ts';
import { chainSettings, repeatOf } from './chain-items.ts';
import { chainStore } from './resources.ts';

interface Verdicts {
  readonly asked: ChainOperator[];
  dependency: BlobHash | null;
  votes: (BlobHash | null)[];
  backTranslations: { query: BlobHash | null; chain: BlobHash | null }[];
}

interface Trial {
  /** Asks for one of several answers to the same question. */
  readonly asking: (repeat: number) => Ask;
  readonly facts: { readonly server: BlobHash; readonly chain: BlobHash };
  readonly settings: ChainSettings;
}

/** Asks the operators as far as needed and records what they said. */
export async function verifyChain(run: RunSettings, item: ClaimedItem): Promise<void> {
  if (item.server === undefined || item.server === null) throw new TypeError(`${item.id} came without its server`);
  const trial: Trial = {
    asking: (repeat) => createAsk(repeatOf(run, item, repeat)),
    facts: { server: item.server, chain: item.body },
    settings: chainSettings(run),
  };
  const verdicts: Verdicts = { asked: [], dependency: null, votes: [], backTranslations: [] };
  for (const operator of trial.settings.operators) {
    verdicts.asked.push(operator);
    if (!(await operators[operator](trial, verdicts))) break;
  }
  await chainStore.recordChain({ runId: run.runId, id: item.id, ...verdicts });
}

/** True while the chain may still pass. */
type Operator = (trial: Trial, verdicts: Verdicts) => Promise<boolean>;

const operators: Readonly<Record<ChainOperator, Operator>> = {
  async dependency({ asking, facts, settings }, verdicts) {
    const answer = await asking(0)({ prompt: 'trajectory/chain-dependency', facts, tries: settings.reask });
    verdicts.dependency = replyOf(answer);
    return said(answer) === true;
  },

  async vote({ asking, facts, settings }, verdicts) {
    const cast: (boolean | null)[] = [];
    const vote = async (repeat: number): Promise<void> => {
      const answer = await asking(repeat)({ prompt: 'trajectory/chain-vote', facts, tries: settings.reask });
      verdicts.votes[repeat] = replyOf(answer);
      cast[repeat] = said(answer);
    };
    // As many as a majority takes, side by side; the rest only while it is open.
    const first = Math.floor(settings.votes / 2) + 1;
    await Promise.all(Array.from({ length: first }, (_, repeat) => vote(repeat)));
    for (let repeat = first; repeat < settings.votes && decideVotes(cast, settings.votes) === 'unresolved'; repeat++) {
      await vote(repeat);
    }
    return decideVotes(cast, settings.votes) === 'valid';
  },

  async back_translation({ asking, facts, settings }, verdicts) {
    const tries = settings.reask;
    for (let repeat = 0; repeat < settings.backTranslations; repeat++) {
      const ask = asking(repeat);
      const told = await ask({ prompt: 'trajectory/chain-query', facts, tries });
      const query = replyOf(told);
      const planned =
        query === null || said(told) === false
          ? null
          : await ask({ prompt: 'trajectory/query-chain', facts: { ...facts, query }, tries });
      verdicts.backTranslations.push({ query, chain: planned === null ? null : replyOf(planned) });
    }
    return true;
  },
};

function replyOf(answer: Answer): BlobHash | null {
  return answer.status === 'usable' ? answer.reply : null;
}

/** What the reply says; null when there is none. */
function said(answer: Answer): boolean | null {
  return answer.status === 'usable' ? answer.summary['valid'] === true : null;
}
