import { lateAfterMs } from './limits.ts';
import type { ByTemplate } from './templates.ts';
import { remember, Templates } from './templates.ts';
import type { Zygote } from './zygote.ts';
import type { Request } from './zygote-frames.ts';

/** A request in a process that starts from nothing, and how to make the same call from a template. */
export type Planned = Request & { template?: ByTemplate };

/** One request of a batch, for the call at that place of the list; a `load` is for those after it. */
export type Step = { place: number; request: Request };

/** The templates of each interpreter, and the modules that are not to be used as one again. */
export class TemplateUse {
  readonly #ofZygote = new WeakMap<Zygote, Templates>();
  readonly #refused = new Set<string>();
  readonly #most: number;

  /** `most` is how many one interpreter keeps; 0 for none. */
  constructor(most: number) {
    this.#most = most;
  }

  of(zygote: Zygote): Templates {
    const found = this.#ofZygote.get(zygote) ?? new Templates(this.#most, this.#refused);
    this.#ofZygote.set(zygote, found);
    return found;
  }

  /** A module that fails while it is loaded, or whose template does not fork, is loaded for each call from now on. */
  refuse(key: string): void {
    remember(this.#refused, key);
  }
}

/** Turns calls into requests: from a template where that pays, else in a process that starts from nothing. */
export function planned(templates: Templates, calls: readonly Planned[]): Step[] {
  const byKey = Map.groupBy(
    calls.flatMap(({ template }) => template ?? []),
    ({ key }) => key,
  );
  const places = new Map([...byKey].map(([key, ofKey]) => [key, templates.place(key, ofKey)]));
  const loaded = new Set<string>();
  return calls.flatMap(({ template, ...plain }, place): Step[] => {
    const found = template && places.get(template.key);
    if (!template || !found) return [{ place, request: plain }];
    const { slot } = found;
    const use = { ...plain, head: template.use, body: Buffer.alloc(0), order: { do: 'use', slot } as const };
    if (!found.isNew || loaded.has(template.key)) return [{ place, request: use }];
    loaded.add(template.key);
    const load = { ...plain, head: template.load, order: { do: 'load', slot } as const };
    return [
      { place, request: load },
      { place, request: use },
    ];
  });
}

export function callOf({ request }: Step): boolean {
  return request.order?.do !== 'load';
}

/** When an interpreter that has not answered this request counts as lost. */
export function withinMs({ limits }: Request): number {
  return limits.wallMs + lateAfterMs;
}
