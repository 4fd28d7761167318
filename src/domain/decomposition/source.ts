/**
 * Rows of a source file become questions to decompose (method §8.1, probe 27). Every mode works in every language; a row
 * that cannot be read is a named problem with what would be right, and never costs the other rows.
 */
import type { QuestionId } from '../ids.ts';
import { contentId } from '../ids.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Source } from '../run/schema.ts';
import type { SourceMode, SourceQuestion } from './schema.ts';
import type { RowReading } from './source-rows.ts';
import { readRow } from './source-rows.ts';
import { taxonomyQuestions } from './taxonomy.ts';

/** A source whose rows are questions. */
export type QuestionSource = Source & { readonly mode: Exclude<SourceMode, 'environment'> };

/** True for a source of questions. */
export function isQuestionSource(source: Source): source is QuestionSource {
  return source.mode !== 'scenario' && source.mode !== 'environment';
}

export interface SourceProblem {
  /** 1-based row of the file; 0 for the source as a whole. */
  readonly row: number;
  readonly rule: 'row_invalid' | 'duplicate_row' | 'empty_source';
  /** What is wrong and what would be right. */
  readonly detail: string;
}

export interface PlannedQuestion {
  readonly id: QuestionId;
  readonly row: number;
  readonly question: SourceQuestion;
}

export interface PlannedSource {
  /** All rows of the first repeat in file order, then all of the second, and so on. */
  readonly questions: readonly PlannedQuestion[];
  readonly problems: readonly SourceProblem[];
}

/** Characters of what a row asks for: more than any model reads at once. */
const longestRow = 1_000_000;

/**
 * The questions of one source. `rows` are the parsed rows of its file (ignored in domain mode); `seed` drives the choice
 * and masking of taxonomy examples, row by row, so that no other row changes them. Never throws on bad rows.
 */
export function planSource(source: QuestionSource, rows: readonly Json[], seed: string): PlannedSource {
  const problems: SourceProblem[] = [];
  const questions = new Map<string, PlannedQuestion>();
  for (let repeat = 0; repeat < source.repeats; repeat++) {
    for (const { row, reading } of readingsOf(source, rows, `${seed}/${repeat}`)) {
      const planned = plan(source, reading, { row, repeat });
      const earlier = 'rule' in planned ? undefined : questions.get(planned.id);
      if ('rule' in planned) problems.push(planned);
      else if (earlier !== undefined) problems.push(duplicate(row, earlier.row));
      else questions.set(planned.id, planned);
    }
  }
  if (questions.size === 0 && problems.length === 0) {
    problems.push({ row: 0, rule: 'empty_source', detail: 'the source has no rows: expected at least one' });
  }
  return { questions: [...questions.values()], problems: onceEach(problems) };
}

/** Content id of a question: repeats differ, provenance and licence do not count. */
export function questionId(question: SourceQuestion): QuestionId {
  const { provenance: _, licence: __, ...content } = question;
  return contentId('question', content as JsonObject);
}

function* readingsOf(
  source: QuestionSource,
  rows: readonly Json[],
  seed: string,
): Generator<{ row: number; reading: RowReading }> {
  if (source.mode === 'domain') {
    yield { row: 0, reading: { ok: true, fields: { domain: source.domain ?? '' }, provenance: {} } };
    return;
  }
  let left = source.count ?? Number.POSITIVE_INFINITY;
  for (const [index, value] of rows.entries()) {
    const readings =
      source.mode === 'taxonomy' ? taxonomyQuestions(value, source.maskExample, seed) : [readRow(source.mode, value)];
    for (const reading of readings) {
      if (left-- <= 0) return;
      yield { row: index + 1, reading };
    }
  }
}

function plan(
  source: QuestionSource,
  reading: RowReading,
  at: { row: number; repeat: number },
): PlannedQuestion | SourceProblem {
  if (!reading.ok) return { row: at.row, rule: 'row_invalid', detail: reading.detail };
  const size = JSON.stringify(reading.fields).length;
  if (size > longestRow) return tooLong(at.row, size);
  const licence = reading.fields.licence ?? source.licence;
  const question: SourceQuestion = {
    language: source.language,
    hops: source.hops,
    ...reading.fields,
    mode: source.mode,
    repeat: at.repeat,
    provenance: reading.provenance,
    ...(licence === undefined ? {} : { licence }),
  };
  return { id: questionId(question), row: at.row, question };
}

function tooLong(row: number, size: number): SourceProblem {
  const detail = `expected a row of at most ${longestRow} characters, got ${size}: no model reads that at once`;
  return { row, rule: 'row_invalid', detail };
}

function duplicate(row: number, earlier: number): SourceProblem {
  return {
    row,
    rule: 'duplicate_row',
    detail: `has the same content as row ${earlier}; use "repeats" to ask it more than once`,
  };
}

/** A bad row is one problem, however often it would have been repeated. */
function onceEach(problems: readonly SourceProblem[]): SourceProblem[] {
  return [
    ...new Map(problems.map((problem) => [`${problem.row} ${problem.rule} ${problem.detail}`, problem])).values(),
  ];
}
