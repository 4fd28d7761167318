/**
 * How many calls may be in flight (method §1.2; ours): additive increase, multiplicative decrease on HTTP 429.
 * A limit of L grows by 1 after L successes and is halved at most once per recovery window.
 */

/** What the llm activity reports; all of it is cheap and never fails. */
export interface CallSlots {
  onSuccess(): void;
  onRateLimited(): void;
  /** The model's configured concurrency: the limit never exceeds it. */
  setMaximum(maximum: number): void;
}

export interface AdaptiveLimitOptions {
  /** Calls at once until a model says otherwise; also the first limit. */
  readonly maximum: number;
  readonly now: () => number;
  /** Time in which further 429s belong to the same overload. Default 10 s. */
  readonly recoveryMs?: number;
}

export interface AdaptiveLimit extends CallSlots {
  /** Between 1 and the maximum; not a whole number while it grows. */
  value(): number;
  maximum(): number;
}

/** `onChange` runs after each change of the limit. */
export function createAdaptiveLimit(options: AdaptiveLimitOptions, onChange: () => void): AdaptiveLimit {
  let [limit, maximum, halvedAt] = [options.maximum, options.maximum, Number.NEGATIVE_INFINITY];
  const set = (wanted: number): void => {
    limit = Math.min(maximum, Math.max(1, wanted));
    onChange();
  };
  return {
    value: () => limit,
    maximum: () => maximum,
    onSuccess: () => set(limit + 1 / limit),
    onRateLimited() {
      if (options.now() - halvedAt < (options.recoveryMs ?? 10_000)) return;
      halvedAt = options.now();
      set(limit / 2);
    },
    setMaximum(wanted) {
      if (wanted === maximum) return;
      const wasFull = limit === maximum;
      maximum = wanted;
      set(wasFull ? wanted : limit);
    },
  };
}
