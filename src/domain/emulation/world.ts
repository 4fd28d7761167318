/**
 * The emulated world as a value (method §5.3): opened from a seed, hashed after every call, and made again from its log.
 * In the original nothing of it can be looked at: what an answer changed lives in the prompt of the next five.
 */
import { hashJson, hashText } from '../ids.ts';
import type { Json } from '../json.ts';
import { seededRng } from '../random.ts';
import type { ToolRequest } from '../tool-call/schema.ts';
import { applyChanges } from './changes.ts';
import type { EmulateReply, EmulationState } from './schema.ts';

export interface Opening {
  /** Of the run. */
  readonly seed: string;
  readonly episode: string;
  readonly question: string;
  /** Chance that the emulator sees the question. */
  readonly showQuestion: number;
}

/** The world before the first call: empty; two episodes of one task have other seeds, so other worlds. */
export function openWorld({ seed, episode, question, showQuestion }: Opening): EmulationState {
  const shown = seededRng(`show-question/${seed}/${episode}`)() < showQuestion;
  return {
    seed: hashText(`world/${seed}/${episode}`).slice(0, 16),
    question: shown ? question : null,
    entities: {},
    deleted: {},
    counters: {},
    log: [],
  };
}

/** Hash of what there is: equal worlds have equal hashes, whatever calls led to them. */
export function worldHash({ entities, deleted, counters }: EmulationState): string {
  // The store holds JSON values only.
  return hashJson({ entities, deleted, counters } as unknown as Json);
}

/** The world after a call; throws RangeError for a reply whose changes do not fit the world. */
export function nextWorld(state: EmulationState, request: ToolRequest, reply: EmulateReply): EmulationState {
  const { world, problems } = applyChanges(state, reply.state_patch);
  if (problems.length > 0) throw new RangeError(`the changes do not fit the world: ${problems.join('; ')}`);
  const { result, is_error: isError, state_patch: changes } = reply;
  const after = { ...state, ...world };
  return { ...after, log: [...state.log, { request, result, isError, changes, world: worldHash(after) }] };
}

/** Where the log does not lead to the world it stands in; empty when making every call again gives the same hashes. */
export function replayProblems(state: EmulationState): string[] {
  let world: EmulationState = { ...state, entities: {}, deleted: {}, counters: {}, log: [] };
  for (const [at, { request, result, isError, changes, world: hash }] of state.log.entries()) {
    const applied = applyChanges(world, changes);
    if (applied.problems.length > 0) return [`call ${at + 1} (${request.name}): ${applied.problems.join('; ')}`];
    world = nextWorld(world, request, { result, is_error: isError, state_patch: changes });
    if (worldHash(world) !== hash) return [`call ${at + 1} (${request.name}) leaves another world than the log says`];
  }
  return worldHash(world) === worldHash(state) ? [] : ['the log leads to another world than the one it stands in'];
}
