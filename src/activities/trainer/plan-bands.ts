/**
 * The pool of irrelevant tools of a run and the bands that each of its environments draws from (method §10.5). A tool
 * with state means little without the others of its module, so none of them is offered elsewhere; irrelevant tools are
 * offered in environments of both kinds.
 */
import { bandsOf, type Candidate, type InScope } from '../../domain/rl/irrelevant-tools.ts';
import { cosine, lexicalVectors, toolText, type Vector } from '../../domain/rl/lexical-similarity.ts';
import type { Bands, PoolTool, TaskEnvironment } from '../../domain/rl/schema.ts';
import { answerTexts, documentsOf, isStateful } from '../../domain/rl/task-environment.ts';
import type { RunConfig } from '../../domain/run/schema.ts';
import { Rl } from '../../domain/run/training/schema.ts';
import type { TrainingDesk } from './training-desk.ts';

/** An environment of the run. */
export interface Member {
  readonly id: string;
  readonly body: string;
  readonly environment: TaskEnvironment;
}

export interface PoolMember {
  readonly entry: PoolTool;
  readonly text: string;
  readonly candidate: Candidate;
}

export const noBands: Bands = { high: [], medium: [], low: [] };

export function irrelevantOf({ rl }: RunConfig): Rl['irrelevantTools'] {
  return (rl ?? Rl.parse({})).irrelevantTools;
}

/** All tools without state, the first of each name among those that train and among those that are held out. */
export function poolOf(members: readonly Member[], held: ReadonlySet<string>): PoolMember[] {
  const pool = new Map<string, PoolMember>();
  for (const { id, body, environment } of members)
    for (const { document, cases } of isStateful(environment) ? [] : environment.tools) {
      const heldOut = held.has(id);
      const key = poolKey(document.name, heldOut);
      if (pool.has(key)) continue;
      const { name } = document;
      const gives = (answer: string): boolean =>
        cases.some(({ gold }) => gold.text.trim().toLowerCase() === answer.trim().toLowerCase());
      pool.set(key, {
        entry: { environment: id, body, name },
        text: toolText(document),
        candidate: { name, says: document.description, domain: environment.domain, heldOut, gives },
      });
    }
  return [...pool.values()];
}

const poolKey = (name: string, heldOut: boolean): string => `${heldOut ? 'held out' : 'training'}\n${name}`;

interface Ground {
  readonly members: readonly Member[];
  readonly pool: readonly PoolMember[];
  readonly held: ReadonlySet<string>;
}

/** The bands of every environment, over the places of the pool. */
export async function bandsOfAll(
  desk: TrainingDesk,
  config: RunConfig,
  { members, pool, held }: Ground,
): Promise<ReadonlyMap<string, Bands>> {
  const { similarity, sameDomain } = irrelevantOf(config);
  const stateful = members.filter(({ environment }) => isStateful(environment));
  const apart = stateful.flatMap(({ environment }) => documentsOf(environment).map(toolText));
  const texts = [...pool.map(({ text }) => text), ...apart];
  const vectors = similarity === 'lexical' ? lexicalVectors(texts) : await desk.embed(config, texts);
  const byText = new Map(texts.map((text, at) => [text, vectors[at] ?? none]));
  const place = new Map(pool.map(({ candidate }, at) => [poolKey(candidate.name, candidate.heldOut), at]));
  const candidates = pool.map(({ candidate }) => candidate);
  const around = { place, vectors: vectors.slice(0, pool.length), byText, sameDomain };
  return new Map(
    members.map(({ id, environment }) => [
      id,
      bandsOf(candidates, scopeOf(environment, { ...around, heldOut: held.has(id) })),
    ]),
  );
}

const none: Vector = new Map();

interface Around {
  readonly place: ReadonlyMap<string, number>;
  /** Of the tools in the pool, and of every tool by its text. */
  readonly vectors: readonly Vector[];
  readonly byText: ReadonlyMap<string, Vector>;
  readonly heldOut: boolean;
  readonly sameDomain: boolean;
}

function scopeOf(environment: TaskEnvironment, around: Around): InScope {
  const { place, vectors, byText, heldOut, sameDomain } = around;
  const documents = documentsOf(environment);
  const row = (own: Vector, self: number): InScope['rows'][number] => ({
    self,
    likeness: vectors.map((other) => cosine(own, other)),
  });
  return {
    names: new Set(documents.map(({ name }) => name)),
    descriptions: new Set(documents.map(({ description }) => description)),
    domain: sameDomain ? undefined : environment.domain,
    heldOut,
    answers: answerTexts(environment),
    rows: documents.flatMap((document) => {
      if (isStateful(environment)) return [row(byText.get(toolText(document)) ?? none, -1)];
      const self = place.get(poolKey(document.name, heldOut));
      return self === undefined ? [] : [row(vectors[self] ?? none, self)];
    }),
  };
}
