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

/** The tools of a server in slices, one request each. Sample 0 keeps the server's order; one slice holds a small server whole. */
export function toolSlices(server: PoolServer, sample: number): PoolTool[][] {
  const slices: PoolTool[][] = [];
  let slice: PoolTool[] = [];
  let characters = 0;
  for (const tool of ordered(server, sample)) {
    const size = JSON.stringify(tool).length;
    if (slice.length > 0 && (slice.length >= mostTools || characters + size > mostCharacters)) {
      slices.push(slice);
      [slice, characters] = [[], 0];
    }
    slice.push(tool);
    characters += size;
  }
  return slice.length === 0 ? slices : [...slices, slice];
}

/** The tools of one slice; fails with RangeError when the server has no such slice. */
export function toolSlice(server: PoolServer, { sample, slice }: { sample: number; slice: number }): PoolTool[] {
  const slices = toolSlices(server, sample);
  const tools = slices[slice];
  if (tools === undefined)
    throw new RangeError(`${server.name} has ${slices.length} slices: expected one of them, got ${slice}`);
  return tools;
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

function ordered(server: PoolServer, sample: number): readonly PoolTool[] {
  if (sample === 0) return server.tools;
  return shuffle(seededRng(`slices/${server.name}/${sample}`), server.tools);
}
