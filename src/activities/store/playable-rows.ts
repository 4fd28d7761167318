/** Files for those who play our environments elsewhere: environments of questions first, then those with state. */
import type { z } from 'zod';
import { Environment } from '../../domain/environment/schema.ts';
import type { ExportFormat } from '../../domain/export/formats.ts';
import { instanceRow, statefulInstanceRow } from '../../domain/export/playable/instance-row.ts';
import type { Json } from '../../domain/json.ts';
import { StatefulEnvironment } from '../../domain/stateful/schema.ts';
import { DomainError } from '../failures.ts';
import { eachResult } from './audit-data.ts';
import type { FilePart } from './episode-rows.ts';
import { jsonLine } from './json-line.ts';
import type { Queryable } from './pool.ts';

const formats = ['verifiers'] as const satisfies readonly ExportFormat[];
export type PlayableFormat = (typeof formats)[number];

export function isPlayableFormat(format: ExportFormat): format is PlayableFormat {
  return formats.some((known) => known === format);
}

/** The pieces of a format's file, in plan order. */
export async function* eachPlayablePart(on: Queryable, runId: string): AsyncGenerator<FilePart, void> {
  for await (const { value, id } of eachResult(on, runId, 'instance'))
    yield lineOf(instanceRow(parsed(Environment, value, id)));
  for await (const { value, id } of eachResult(on, runId, 'scenario'))
    yield lineOf(statefulInstanceRow(parsed(StatefulEnvironment, value, id)));
}

function lineOf(row: Json): FilePart {
  return { data: jsonLine(row), rows: 1, leftOut: 0 };
}

function parsed<T>(schema: z.ZodType<T>, value: unknown, id: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new DomainError(`The stored body of ${id} does not fit its schema: ${result.error.message.slice(0, 300)}`);
}
