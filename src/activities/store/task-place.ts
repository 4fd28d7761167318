/** Where tasks, their variants and episodes stand in the plan: below the chain or server they belong to, prime strides apart. */
import { chainStride } from './tool-graphs.ts';

/** Above the most tasks of a chain or server, variants of a task, episodes of a variant; none divides by a partition. */
const taskStride = 211;
const variantStride = 127;
const episodeStride = 37;

/** The last place among the chains of a graph, which no chain takes. */
const freePlace = chainStride - 1;

/** Above the tasks of any number of servers, so that what files bring comes last. */
const afterServers = 10_000_000_000;

export const chainTaskOrdinal = (chain: number, index: number): number => chain * taskStride + index;
export const freeTaskOrdinal = (graph: number, index: number): number =>
  chainTaskOrdinal(graph * chainStride + freePlace, index);
export const importedTaskOrdinal = (index: number): number => afterServers + index;
export const variantOrdinal = (task: number, index: number): number => task * variantStride + index;
export const episodeOrdinal = (variant: number, n: number): number => variant * episodeStride + n;
