/** One promise, kept or broken, and the comparisons that promises are made of. */

export interface Kept {
  readonly promise: string;
  readonly kept: boolean;
  /** What was found, in a few words; more when it was not as promised. */
  readonly found: string;
}

export const kept = (promise: string, isKept: boolean, found: string): Kept => ({ promise, kept: isKept, found });

export const allOf = (promise: string, count: number, exceptions: readonly string[]): Kept =>
  kept(
    promise,
    exceptions.length === 0,
    exceptions.length === 0 ? `${count}` : `${exceptions.length} not: ${exceptions.slice(0, 5).join('; ')}`,
  );

export function wrong<T>(
  all: readonly T[],
  isWrong: (one: T) => boolean,
  nameOf: (one: T) => string,
): readonly string[] {
  return all.filter(isWrong).map(nameOf);
}

/** Names under which two things are not the same, or only one is there. */
export function differing(
  one: Readonly<Record<string, string>>,
  other: Readonly<Record<string, string>>,
): readonly string[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].filter((name) => one[name] !== other[name]);
}
