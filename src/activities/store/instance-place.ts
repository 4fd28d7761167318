/** Where the decompositions of a question stand in the plan, and how refused ones are called. */

/** Ordinals per question: prime and above every number of partitions, so that instances spread evenly over them. */
export const ordinalStride = 1009;

/** Ordinal of the index-th decomposition of a question. */
export function instanceOrdinal(questionOrdinal: number, index: number): number {
  return questionOrdinal * ordinalStride + index;
}

/** Id of a decomposition that became no instance of its own. */
export function refusedId(questionId: string, index: number): string {
  return `${questionId}/d${index}`;
}

/** SQL condition: the row (of table alias `item`) is such a decomposition. */
export const isRefused = `(item.kind = 'instance' and item.id like item.parent_id || '/d%')`;
