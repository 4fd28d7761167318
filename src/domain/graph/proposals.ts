/**
 * What a model's reply proposes (method §3.1): chains of known tools, one by one. The original drops an unknown name and
 * joins its neighbours, which makes an edge that nobody proposed; here such a chain is refused as a whole.
 */
import type { ChainProposalReply, Proposal, ProposalOrigin, ToolGraph } from './schema.ts';
import { ProposedChain } from './schema.ts';

export interface Proposals {
  readonly accepted: readonly Proposal[];
  readonly refused: ToolGraph['refused'];
}

interface Asked {
  /** Sample and slice of the ask. */
  readonly origin: Omit<ProposalOrigin, 'chain'>;
  /** Names that the server has. */
  readonly known: ReadonlySet<string>;
}

/** The chains of a reply, in its order; a bad one is refused by name and costs no other. */
export function readProposals(reply: ChainProposalReply, asked: Asked): Proposals {
  return collect(
    reply.chains.map((item) => ProposedChain.safeParse(item).data),
    asked,
  );
}

/** The same for chains that came with a file: each counts as proposed. */
export function readGivenChains(chains: readonly (readonly string[])[], known: ReadonlySet<string>): Proposals {
  const asked = { origin: { sample: -1, slice: 0 }, known };
  return collect(
    chains.map((tools) => ({ verdict: 'yes', tools: [...tools], task: '' })),
    asked,
  );
}

function collect(chains: readonly (ProposedChain | undefined)[], { origin, known }: Asked): Proposals {
  const accepted: Proposal[] = [];
  const refused: ToolGraph['refused'] = [];
  for (const [index, chain] of chains.entries()) {
    const at = { ...origin, chain: index };
    const refusal = refusalOf(chain, known);
    if (refusal !== undefined) refused.push({ origin: at, ...refusal });
    else if (chain !== undefined) accepted.push({ origin: at, tools: chain.tools, sure: chain.verdict === 'yes' });
  }
  return { accepted, refused };
}

type Refusal = Omit<ToolGraph['refused'][number], 'origin'>;

function refusalOf(chain: ProposedChain | undefined, known: ReadonlySet<string>): Refusal | undefined {
  if (chain === undefined) return { rule: 'not_a_chain', detail: 'expected verdict, tools and task' };
  const { verdict, tools } = chain;
  if (verdict === 'no') return { rule: 'said_no', detail: 'the proposal itself says that it is no chain' };
  const ghost = tools.find((name) => !known.has(name));
  if (ghost !== undefined) return { rule: 'unknown_tool', detail: `the server has no tool "${ghost.slice(0, 80)}"` };
  if (tools.length < 2) return { rule: 'too_short', detail: `a chain has two tools or more, got ${tools.length}` };
  const repeated = tools.find((name, index) => name === tools[index + 1]);
  if (repeated !== undefined) return { rule: 'repeats_itself', detail: `"${repeated}" follows itself` };
  return undefined;
}
