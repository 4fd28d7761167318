/**
 * Which tools one request shows (ours): servers list from 1 to several hundred tools, more than a request should hold. Each
 * sample cuts another order of the tools, so that two tools of a large server meet in some sample.
 */
import { seededRng, shuffle } from '../random.ts';
import type { PoolServer, PoolTool } from '../tool-pool/schema.ts';

/** Tools in one request: more, and models lose those in the middle. */
const mostTools = 40;
/** Characters of tool documents in one request, about 8,000 tokens. */
const mostCharacters = 32_000;

/** Requests that a server is split into: the same for every sample, at least 1. */
export function sliceCount({ tools }: PoolServer): number {
  const characters = tools.reduce((sum, tool) => sum + JSON.stringify(tool).length, 0);
  return Math.max(1, Math.ceil(tools.length / mostTools), Math.ceil(characters / mostCharacters));
}

/**
 * The tools of one slice, all slices of about the same number. Sample 0 keeps the server's order, every other one has its
 * own. Fails with RangeError when the server has no such slice.
 */
export function toolSlice(
  server: PoolServer,
  { sample, slice }: { sample: number; slice: number },
): readonly PoolTool[] {
  const slices = sliceCount(server);
  if (slice >= slices) throw new RangeError(`${server.name} has ${slices} slices, counted from 0: got ${slice}`);
  const tools = sample === 0 ? server.tools : shuffle(seededRng(`slices/${server.name}/${sample}`), server.tools);
  const edge = (at: number): number => Math.round((at * tools.length) / slices);
  return tools.slice(edge(slice), edge(slice + 1));
}

/** Some tools with as many others as a request holds, in the server's order: what a planner chooses among. */
export function toolsAround(server: PoolServer, names: readonly string[]): PoolTool[] {
  const wanted = server.tools.filter(({ name }) => names.includes(name));
  const others = shuffle(
    seededRng(`around/${server.name}/${names.join(' ')}`),
    server.tools.filter(({ name }) => !names.includes(name)),
  );
  let room = mostCharacters - wanted.reduce((sum, tool) => sum + JSON.stringify(tool).length, 0);
  const added = others.slice(0, Math.max(0, mostTools - wanted.length)).filter((tool) => {
    room -= JSON.stringify(tool).length;
    return room >= 0;
  });
  const shown = new Set([...wanted, ...added].map(({ name }) => name));
  return server.tools.filter(({ name }) => shown.has(name));
}
