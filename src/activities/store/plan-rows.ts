/** Rows of one source as items (method §8.1), whatever they are: questions, scenarios, finished environments. */
import { duplicateKey } from '../../domain/decomposition/normalise.ts';
import { isQuestionSource, planSource, type SourceProblem } from '../../domain/decomposition/source.ts';
import { planEnvironmentRows } from '../../domain/environment/source.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import type { Source } from '../../domain/run/schema.ts';
import { planScenarios } from '../../domain/stateful/source.ts';
import { toBody } from './blobs.ts';
import type { ItemKind } from './contract.ts';
import type { NewItem } from './insert-items.ts';

/** What one source asks for, whatever its rows are. */
export interface PlannedRows {
  readonly kind: ItemKind;
  readonly rows: readonly PlannedRow[];
  readonly problems: readonly SourceProblem[];
}

interface PlannedRow extends Pick<NewItem, 'id' | 'duplicateKey' | 'finished'> {
  readonly row: number;
  readonly body: JsonObject;
  readonly imported: boolean;
}

/** The items of one source; never throws on bad rows. `seed` drives what a taxonomy leaves to chance. */
export function planRows(source: Source, rows: readonly Json[], seed: string): PlannedRows {
  if (isQuestionSource(source)) {
    const { questions, problems } = planSource(source, rows, seed);
    const planned = questions.map(({ id, row, question }) => {
      // A question was parsed by its schema, which knows JSON only.
      return { id, row, body: question as JsonObject, imported: question.decomposition !== undefined };
    });
    return { kind: 'question', rows: planned, problems };
  }
  if (source.mode === 'environment') return planFinished(source, rows);
  const { scenarios, problems } = planScenarios(source, rows);
  const planned = scenarios.map(({ id, row, scenario }) => ({
    id,
    row,
    body: scenario as JsonObject,
    imported: false,
  }));
  return { kind: 'scenario', rows: planned, problems };
}

function planFinished(source: Source, rows: readonly Json[]): PlannedRows {
  const { environments, problems } = planEnvironmentRows(source, rows);
  const planned = environments.map(({ id, row, instance, environment }): PlannedRow => {
    // Both were parsed by schemas that know JSON only.
    const body = instance as unknown as JsonObject;
    const toolNodes = environment.nodes.flatMap((node) => (node.tool === null ? [] : [node.id]));
    const finished = { body: toBody(environment as unknown as JsonObject), score: environment.score, toolNodes };
    return { id, row, body, imported: true, duplicateKey: duplicateKey(instance), finished };
  });
  return { kind: 'instance', rows: planned, problems };
}
