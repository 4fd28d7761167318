/** Conversations against files of benchmarks, which are read as streams: one line is in memory at a time. */
import { basename } from 'node:path';
import { ContaminationCheck, matchDetail, textsOf } from '../../domain/selection/contamination.ts';
import { ConfigError } from '../failures.ts';
import { eachSourceRow } from './source-file.ts';

export interface OwnTexts {
  readonly id: string;
  readonly questions: readonly string[];
  readonly answers: readonly string[];
}

/** What of ours stands in one of the files, by id, in words. Fails with Config.Invalid for a file or line that cannot be read. */
export async function findContamination(
  own: Iterable<OwnTexts>,
  files: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const check = new ContaminationCheck();
  for (const { id, questions, answers } of own) {
    for (const text of questions) check.addQuestion(id, text);
    for (const text of answers) check.addAnswer(id, text);
  }
  for (const file of files) await lookThrough(check, file);
  return new Map([...check.matches].map(([id, match]) => [id, matchDetail(match)]));
}

async function lookThrough(check: ContaminationCheck, file: string): Promise<void> {
  try {
    for await (const { line, value } of eachSourceRow(file))
      for (const text of textsOf(value)) check.look(text, { file: basename(file), line });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(
      'Invalid',
      `selection.contamination: ${file} cannot be read: ${why}. Correct the file (JSON or JSONL, plain or gzip): what was not read was not checked.`,
      { cause },
    );
  }
}
