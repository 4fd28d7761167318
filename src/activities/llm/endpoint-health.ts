/**
 * Several base URLs of one model (method §1.1): used in turn; one that failed is left out for a while unless all failed.
 */
const restMs = 30_000;

export interface EndpointHealth {
  /** The next base URL in turn; the one whose rest ends first when none is healthy. */
  pick(baseUrls: readonly string[]): string;
  failed(baseUrl: string): void;
  worked(baseUrl: string): void;
}

export function createEndpointHealth(now: () => number): EndpointHealth {
  const restsUntil = new Map<string, number>();
  let turn = 0;
  const rest = (url: string): number => restsUntil.get(url) ?? 0;
  return {
    pick(baseUrls) {
      const healthy = baseUrls.filter((url) => rest(url) <= now());
      const picked =
        healthy.length > 0 ? healthy[turn++ % healthy.length] : baseUrls.toSorted((a, b) => rest(a) - rest(b))[0];
      if (picked === undefined) throw new RangeError('pick: the list of base URLs is empty');
      return picked;
    },
    failed: (url) => void restsUntil.set(url, now() + restMs),
    worked: (url) => void restsUntil.delete(url),
  };
}
