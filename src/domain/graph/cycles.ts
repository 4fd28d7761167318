/**
 * Tools that lead to each other (method §3.2; ours): reported with the graph, since a cycle is either a real two-way street
 * (list, edit, list) or a sign that proposals contradict each other. Walks never go round one.
 */

interface Arc {
  readonly from: string;
  readonly to: string;
}

/** Strongly connected groups of two or more (Tarjan), members and groups in the order of the names. */
export function findCycles(names: readonly string[], arcs: readonly Arc[]): string[][] {
  const next = new Map<string, string[]>();
  for (const { from, to } of arcs) next.set(from, [...(next.get(from) ?? []), to]);
  const search = new Search(next);
  for (const name of names) search.visit(name);
  const place = new Map(names.map((name, index) => [name, index]));
  const at = (name: string | undefined): number => place.get(name ?? '') ?? 0;
  return search.groups
    .filter((group) => group.length > 1)
    .map((group) => group.sort((a, b) => at(a) - at(b)))
    .sort((a, b) => at(a[0]) - at(b[0]));
}

class Search {
  readonly groups: string[][] = [];
  readonly #next: ReadonlyMap<string, readonly string[]>;
  readonly #index = new Map<string, number>();
  readonly #low = new Map<string, number>();
  readonly #stack: string[] = [];
  readonly #open = new Set<string>();

  constructor(next: ReadonlyMap<string, readonly string[]>) {
    this.#next = next;
  }

  /** Iterative: a chain of several hundred tools must not end the stack. */
  visit(root: string): void {
    if (this.#index.has(root)) return;
    const path = [this.#enter(root)];
    for (let frame = path.at(-1); frame !== undefined; frame = path.at(-1)) {
      const to = (this.#next.get(frame.name) ?? [])[frame.at++];
      if (to === undefined) {
        path.pop();
        this.#leave(frame.name, path.at(-1)?.name);
      } else if (!this.#index.has(to)) path.push(this.#enter(to));
      else if (this.#open.has(to)) this.#lower(frame.name, this.#index.get(to));
    }
  }

  #enter(name: string): { name: string; at: number } {
    this.#index.set(name, this.#index.size);
    this.#low.set(name, this.#index.size - 1);
    this.#stack.push(name);
    this.#open.add(name);
    return { name, at: 0 };
  }

  #leave(name: string, parent: string | undefined): void {
    if (this.#low.get(name) === this.#index.get(name)) {
      const group = this.#stack.splice(this.#stack.lastIndexOf(name));
      for (const member of group) this.#open.delete(member);
      this.groups.push(group);
    }
    if (parent !== undefined) this.#lower(parent, this.#low.get(name));
  }

  #lower(name: string, to: number | undefined): void {
    this.#low.set(name, Math.min(this.#low.get(name) ?? 0, to ?? 0));
  }
}
