/**
 * One row of a list, corpus, question or decomposition file (method §8.1). Both shapes that ASTRA's documentation and
 * code disagree about are read; fields that are none of ours stay with the question as provenance.
 */
import type { Json, JsonObject } from '../json.ts';
import { detectLanguage } from '../text/language.ts';
import { readDecomposition } from './import.ts';
import type { SourceQuestion } from './schema.ts';
import { CorpusRow, ListRow, QuestionRow } from './schema.ts';

/** What a row says about its question; the source's settings fill in the rest. */
export type RowFields = Pick<SourceQuestion, 'domain'> &
  Partial<
    Pick<
      SourceQuestion,
      'language' | 'hops' | 'corpus' | 'question' | 'answer' | 'taxonomy' | 'decomposition' | 'licence'
    >
  >;

export type RowReading =
  | { readonly ok: true; readonly fields: RowFields; readonly provenance: SourceQuestion['provenance'] }
  | { readonly ok: false; readonly detail: string };

type RowMode = 'list' | 'corpus' | 'question' | 'decomposition';

/** Domain of rows that name none. */
const unnamedDomain = 'general';
/** An imported decomposition is as deep as it is: it was not asked for within bounds. */
const anyHops = { min: 1, max: 1000 };

const expected: Readonly<Record<RowMode, string>> = {
  list: 'a domain name as text, or {"domain": "…"}',
  corpus: '{"domain": "…", "knowledge_corpus": "…"} or {"domain": "…", "description": "…"}',
  question: '{"question": "…", "domain"?: "…", "answer"?: …}',
  decomposition:
    '{"question": "…", "answer": …, "nodes": […]} or {"main_question": "…", "final_answer": …, "decomposition_trace": […]}',
};

/** Reads one row of the mode's shape; says what was expected when it has another. */
export function readRow(mode: RowMode, row: Json): RowReading {
  switch (mode) {
    case 'list':
      return readListRow(row);
    case 'corpus':
      return readCorpusRow(row);
    case 'question':
      return readQuestionRow(row);
    case 'decomposition':
      return readDecompositionRow(row);
  }
}

function readListRow(row: Json): RowReading {
  const parsed = ListRow.safeParse(row);
  if (!parsed.success) return misfit('list', row);
  if (typeof parsed.data === 'string') return { ok: true, fields: { domain: parsed.data }, provenance: {} };
  const { domain, language, licence, ...rest } = parsed.data;
  return fit({ domain, language, licence }, rest);
}

function readCorpusRow(row: Json): RowReading {
  const parsed = CorpusRow.safeParse(row);
  if (!parsed.success) return misfit('corpus', row);
  const { domain, language, licence, knowledge_corpus, description, ...rest } = parsed.data;
  const corpus = [knowledge_corpus, description].find((text) => text !== undefined && text.trim() !== '');
  if (corpus === undefined)
    return misfit('corpus', row, 'the corpus is missing or empty; for bare domain names use mode "list"');
  const unused = knowledge_corpus === corpus && description !== undefined ? { description } : {};
  return fit({ domain, language, licence, corpus }, { ...rest, ...unused });
}

function readQuestionRow(row: Json): RowReading {
  const parsed = QuestionRow.safeParse(row);
  if (!parsed.success) return misfit('question', row);
  const { question, domain = unnamedDomain, language, licence, answer, ...rest } = parsed.data;
  return fit({ domain, language: language ?? otherLanguage(question), licence, question, answer }, rest);
}

function readDecompositionRow(row: Json): RowReading {
  const read = readDecomposition(row);
  if (!read.ok) return misfit('decomposition', row, read.detail);
  const { domain, language, question } = read.claimed;
  const fields = {
    domain: domain?.trim() || unnamedDomain,
    language: language ?? otherLanguage(question),
    hops: anyHops,
  };
  // Zod's JSON type is the mutable twin of ours.
  return fit({ ...fields, decomposition: row as SourceQuestion['decomposition'] }, {});
}

/** The language of a given text when its script names one; undefined leaves the source's. */
function otherLanguage(text: string): string | undefined {
  const detected = detectLanguage(text, 'und');
  return detected === 'und' ? undefined : detected;
}

type Loose<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** Absent fields are left out, so that the source's settings stand. */
function fit(fields: Loose<RowFields> & { domain: string }, rest: object): RowReading {
  const present = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  // The filter only removes undefined fields, and rows are JSON, so both keep the types they were parsed with.
  return { ok: true, fields: present as RowFields, provenance: rest as SourceQuestion['provenance'] };
}

function misfit(mode: RowMode, row: Json, why?: string): RowReading {
  const got = (isObject(row) ? keysOf(row) : JSON.stringify(row)).slice(0, 120);
  return { ok: false, detail: `expected ${expected[mode]}, got ${got}${why === undefined ? '' : ` (${why})`}` };
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function keysOf(row: JsonObject): string {
  return `an object with ${
    Object.keys(row)
      .map((key) => `"${key}"`)
      .join(', ') || 'no fields'
  }`;
}
