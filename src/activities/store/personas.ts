/** The set of personas of a run, read as a whole: one that cannot be used stops the stage before it asks anything. */
import type { Trajectories } from '../../domain/run/trajectories/schema.ts';
import { readPersona } from '../../domain/task/personas.ts';
import type { Persona } from '../../domain/task/schema.ts';
import { ConfigError } from '../failures.ts';
import { readSourceFile } from './source-file.ts';

const where = 'trajectories.tasks.augment.personas';

/** The personas that augmentations draw from; empty when none does. Fails with Config.Invalid naming the rows. */
export async function loadPersonas({ tasks }: Trajectories): Promise<readonly Persona[]> {
  const { modes, personas, personasPerTask } = tasks.augment;
  if (!modes.includes('persona')) return [];
  if (personas === undefined) throw new ConfigError('Invalid', `${where}: mode "persona" needs a set of personas`);
  const { rows, bad } = await readSourceFile(personas.file).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError('Invalid', `${where} (${personas.file}) cannot be read: ${why}`, { cause });
  });
  const readings = rows.map((row) => readPersona(row, personas.licence));
  const wrong = [
    ...bad.map(({ line, detail }) => `line ${line}: ${detail}`),
    ...readings.flatMap((reading, at) => (reading.ok ? [] : [`row ${at + 1}: ${reading.detail}`])),
  ];
  if (wrong.length > 0) throw unusable(personas.file, wrong);
  const usable = readings.flatMap((reading) => (reading.ok ? [reading.persona] : []));
  if (usable.length >= personasPerTask) return usable;
  throw unusable(personas.file, [`it has ${usable.length} personas, and each task takes ${personasPerTask}`]);
}

function unusable(file: string, wrong: readonly string[]): ConfigError {
  const more = wrong.length > 10 ? [`and ${wrong.length - 10} more`] : [];
  const lines = [...wrong.slice(0, 10), ...more].join('\n');
  return new ConfigError(
    'Invalid',
    `${where} (${file}) cannot be used:\n${lines}\nCorrect the file, or leave mode "persona" out.`,
  );
}
