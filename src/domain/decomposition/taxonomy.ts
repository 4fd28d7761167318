/**
 * Leaves of a nested domain taxonomy (method §8.1): each with its path, its description and at most one example, chosen
 * and sometimes hidden by a seeded draw so that questions do not all imitate their example.
 */
import type { Json, JsonObject } from '../json.ts';
import type { Rng } from '../random.ts';
import { pick, seededRng } from '../random.ts';
import type { SourceQuestion } from './schema.ts';
import { TaxonomyLeaf } from './schema.ts';
import type { RowReading } from './source-rows.ts';

/** Nesting below which nothing is read: a taxonomy is a few levels deep. */
const deepest = 20;

/**
 * One reading per leaf, in document order; a branch that is neither an object nor a leaf is a problem that names its
 * path. `maskExample` in [0, 1] is the chance of hiding the example; each leaf draws from its own stream.
 */
export function taxonomyQuestions(tree: Json, maskExample: number, seed: string): RowReading[] {
  if (!isObject(tree)) return [wrong([], tree)];
  return walk(tree, [], (leaf, path) =>
    leafQuestion(leaf, path, { maskExample, rng: seededRng(`${seed}/taxonomy/${path.join('/')}`) }),
  );
}

type LeafReader = (leaf: TaxonomyLeaf, path: readonly string[]) => RowReading;

function walk(tree: JsonObject, path: readonly string[], read: LeafReader): RowReading[] {
  return Object.entries(tree).flatMap(([name, value]) => {
    const here = [...path, name];
    if (!isObject(value) || here.length > deepest) return [wrong(here, value)];
    if (typeof value['description'] !== 'string') return walk(value, here, read);
    const leaf = TaxonomyLeaf.safeParse(value);
    return [leaf.success ? read(leaf.data, here) : wrong(here, value)];
  });
}

function leafQuestion(
  leaf: TaxonomyLeaf,
  path: readonly string[],
  draw: { maskExample: number; rng: Rng },
): RowReading {
  const { description, examples, ...rest } = leaf;
  // Drawn before looking whether there is an example: an added example changes no other draw.
  const masked = draw.rng() < draw.maskExample;
  const chosen = masked || examples.length === 0 ? undefined : pick(draw.rng, examples);
  const example = typeof chosen === 'string' ? chosen : chosen?.query;
  return {
    ok: true,
    fields: {
      domain: path.join('-'),
      taxonomy: { path: [...path], description, ...(example === undefined ? {} : { example }) },
    },
    // A loose schema read JSON: what is left of it is JSON.
    provenance: rest as SourceQuestion['provenance'],
  };
}

function wrong(path: readonly string[], value: Json): RowReading {
  const at = path.length === 0 ? 'the top level' : `"${path.join('-').slice(0, 120)}"`;
  return {
    ok: false,
    detail: `at ${at}: expected a nested object whose leaves are {"description": "…", "examples": [{"query": "…"}]}, got ${JSON.stringify(value).slice(0, 80)}`,
  };
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
