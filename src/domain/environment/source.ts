/**
 * Finished environments as a source (ours): rows of `environments.jsonl` of any run become instances whose tools stand in
 * the row. Nothing is asked of a model; before one is used again all its gold calls are replayed.
 */
import { hopLevels, layersOf } from '../decomposition/dag.ts';
import type { Instance } from '../decomposition/schema.ts';
import type { SourceProblem } from '../decomposition/source.ts';
import { contentId } from '../ids.ts';
import type { Json } from '../json.ts';
import type { Source } from '../run/schema.ts';
import { environmentId, replayHash, toolId } from './assemble.ts';
import { Environment } from './schema.ts';

export interface PlannedEnvironment {
  /** Id of the instance. */
  readonly id: string;
  /** 1-based row of the file. */
  readonly row: number;
  readonly instance: Instance;
  readonly environment: Environment;
}

export interface PlannedEnvironments {
  readonly environments: readonly PlannedEnvironment[];
  readonly problems: readonly SourceProblem[];
}

/** The environments of one source, in file order; never throws on bad rows. */
export function planEnvironmentRows(source: Pick<Source, 'count'>, rows: readonly Json[]): PlannedEnvironments {
  const problems: SourceProblem[] = [];
  const environments = new Map<string, PlannedEnvironment>();
  for (const [index, value] of rows.slice(0, source.count ?? rows.length).entries()) {
    const row = index + 1;
    const parsed = Environment.safeParse(value);
    const instance = parsed.success ? instanceOf(parsed.data) : undefined;
    const earlier = instance === undefined ? undefined : environments.get(instance.id);
    if (!parsed.success) problems.push(misfit(row, issueOf(parsed.error.issues)));
    else if (instance === undefined) problems.push(misfit(row, 'its nodes rest on each other in a circle'));
    else if (earlier !== undefined) problems.push(duplicate(row, earlier.row));
    else environments.set(instance.id, { id: instance.id, row, instance, environment: parsed.data });
  }
  if (rows.length === 0)
    problems.push({ row: 0, rule: 'empty_source', detail: 'the source has no rows: expected at least one' });
  return { environments: [...environments.values()], problems };
}

/** Why the row is not what its ids say; undefined when every id can be computed again from its content. */
export function changedContent(environment: Environment): string | undefined {
  const tool = environment.tools.find((one) => toolId(one) !== one.id);
  if (tool !== undefined) return `the tool ${tool.id} has another content than its id says`;
  if (replayHash(environment.tools) !== environment.replayHash)
    return 'the outputs of its gold calls give another hash';
  if (environmentId(environment) !== environment.id) return `the environment ${environment.id} has another content`;
  return instanceOf(environment)?.id === environment.instanceId
    ? undefined
    : 'its question has another content than its id says';
}

/** Undefined for a graph with a cycle. */
function instanceOf(environment: Environment): Instance | undefined {
  const layers = layersOf(environment.nodes);
  if (layers === undefined) return undefined;
  const levels = hopLevels(layers);
  const { question, answer, language, domain, hops, scenario, licence, sourceId } = environment;
  const nodes = environment.nodes.map(({ id, subQuestion, answer: own, dependencies }) => {
    const hopLevel = levels.get(id) ?? 1;
    return {
      id,
      subQuestion,
      answer: own,
      dependencies,
      hopLevel,
      isParallel: (layers[hopLevel - 1]?.length ?? 0) > 1,
    };
  });
  const trace = nodes.map((node) => [node.id, node.subQuestion, node.answer.text, node.dependencies]);
  return {
    schemaVersion: 1,
    id: contentId('inst', { question, trace }),
    question,
    answer,
    language,
    domain,
    nodes,
    hops,
    scenario,
    differingClaims: {},
    source: {
      mode: 'environment',
      questionId: environment.id,
      provenance: {},
      ...(licence === undefined ? {} : { licence }),
      ...(sourceId === undefined ? {} : { sourceId }),
    },
  };
}

function issueOf([issue]: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]): string {
  return `at ${issue?.path.map(String).join('.') || 'the top level'}: ${issue?.message ?? 'it cannot be read'}`;
}

function misfit(row: number, why: string): SourceProblem {
  const expected = 'expected a row of environments.jsonl (astra export --format environments)';
  return { row, rule: 'row_invalid', detail: `${expected}; ${why}` };
}

function duplicate(row: number, earlier: number): SourceProblem {
  return { row, rule: 'duplicate_row', detail: `asks the same question as row ${earlier}` };
}
