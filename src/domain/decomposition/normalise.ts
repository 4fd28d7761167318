/**
 * Turns one claimed decomposition into an instance or a named rejection (method §8.1, probes 15, 16, 20, 21, 28).
 * The original validated nothing and drew new ids on every run; here structure, depth and shape are computed, claims
 * that differ are recorded, and the id comes from the content.
 */
import { matchesGold } from '../answer/checker.ts';
import { typeAnswer } from '../answer/gold.ts';
import type { GoldAnswer, RawAnswer } from '../answer/schema.ts';
import { contentId, hashJson } from '../ids.ts';
import type { Json } from '../json.ts';
import type { LanguageFit } from '../text/language.ts';
import { detectLanguage, languageFit } from '../text/language.ts';
import { normaliseText, tokenise } from '../text/tokens.ts';
import { differingClaims } from './claims.ts';
import { finalNodes, hopLevels, scenarioOf } from './dag.ts';
import type { ClaimedDecomposition, ClaimedNode } from './import.ts';
import { readDecomposition } from './import.ts';
import type { ReferenceRule } from './references.ts';
import { resolveReferences } from './references.ts';
import type { Instance, InstanceNode, SourceQuestion } from './schema.ts';
import { questionId } from './source.ts';

/** Names of the rejections; a persisted interface. `duplicate` is given by the caller, who knows the other rows. */
export type DecompositionRule =
  | ReferenceRule
  | 'schema_invalid'
  | 'empty_question'
  | 'empty_answer'
  | 'answer_too_long'
  | 'too_many_nodes'
  | 'question_too_long'
  | 'hops_out_of_range'
  | 'language_mismatch'
  | 'question_changed'
  | 'answer_changed'
  | 'duplicate';

export type NormalisedItem =
  | { readonly status: 'accepted'; readonly instance: Instance }
  | { readonly status: 'rejected'; readonly rule: DecompositionRule; readonly detail: string };

/** More sub-questions than any published instance has; beyond it a row is a mistake. */
const mostNodes = 100;

/** Characters of a question or sub-question: beyond it a text is a mistake, and comparing it costs more than it is worth. */
const longestQuestion = 100_000;

type Rejected = Extract<NormalisedItem, { status: 'rejected' }>;

/**
 * Judges one item of a reply, or one imported row, that was asked for by `source`. Never throws: whatever JSON comes in,
 * the result is an instance or a rejection by name with what was expected.
 */
export function normaliseDecomposition(item: Json, source: SourceQuestion): NormalisedItem {
  const read = readDecomposition(item);
  if (!read.ok) return reject('schema_invalid', read.detail);
  const claimed = read.claimed;
  const fault = sizeFault(claimed) ?? textFault(claimed);
  if (fault !== undefined) return fault;
  const resolved = resolveReferences(claimed.nodes);
  if (!resolved.ok) return reject(resolved.rule, resolved.detail);
  const { min, max } = source.hops;
  const hops = resolved.layers.length;
  if (hops < min || hops > max) {
    return reject('hops_out_of_range', `expected ${min} to ${max} hops (longest dependency path), got ${hops}`);
  }
  const nodes = typeNodes(claimed.nodes, resolved);
  if (!Array.isArray(nodes)) return nodes;
  const answer = finalAnswer(claimed, nodes);
  if ('status' in answer) return answer;
  return sourceFault(claimed, source) ?? accept({ claimed, nodes, answer, layers: resolved.layers }, source);
}

/** Equal for decompositions that differ only in case, punctuation or spacing of their texts; so equal ids have equal keys. */
export function duplicateKey(instance: Instance): string {
  const texts = [instance.question, ...instance.nodes.flatMap((node) => [node.subQuestion, node.answer.text])];
  return hashJson(texts.map((text) => tokenise(text).join(' ') || normaliseText(text)));
}

interface Parts {
  readonly claimed: ClaimedDecomposition;
  readonly nodes: readonly InstanceNode[];
  readonly answer: GoldAnswer;
  readonly layers: readonly (readonly number[])[];
}

function accept(parts: Parts, source: SourceQuestion): NormalisedItem {
  const { claimed, nodes, answer, layers } = parts;
  const question = claimed.question.trim();
  const scenario = scenarioOf(layers);
  const { language, fit } = languageOf(parts, source);
  if (fit === 'other_script') {
    return reject(
      'language_mismatch',
      `expected question and sub-questions in language "${language}", got another script`,
    );
  }
  const content = nodes.map((node) => [node.id, node.subQuestion, node.answer.text, node.dependencies]);
  const instance: Instance = {
    schemaVersion: 1,
    id: contentId('inst', { question, trace: content }),
    question,
    answer,
    language,
    domain: (source.mode === 'decomposition' ? claimed.domain : undefined) ?? source.domain,
    nodes: [...nodes],
    hops: layers.length,
    scenario,
    differingClaims: { ...differingClaims(claimed, nodes, scenario), ...(fit === 'flagged' ? { language } : {}) },
    source: provenanceOf(claimed, source),
  };
  return { status: 'accepted', instance };
}

/** Imported rows speak the language they name, or else the one their script shows; replies the one they were asked for. */
function languageOf({ claimed, nodes }: Parts, source: SourceQuestion): { language: string; fit: LanguageFit } {
  const imported = source.mode === 'decomposition';
  const language =
    (imported ? claimed.language : undefined) ??
    (imported ? detectLanguage(claimed.question, source.language) : source.language);
  const fits = [claimed.question, nodes.map((node) => node.subQuestion).join(' ')].map((text) =>
    languageFit(text, language),
  );
  return {
    language,
    fit: fits.find((fit) => fit === 'other_script') ?? fits.find((fit) => fit === 'flagged') ?? 'fits',
  };
}

function provenanceOf(claimed: ClaimedDecomposition, source: SourceQuestion): Instance['source'] {
  const sourceId = source.mode === 'decomposition' ? claimed.sourceId : undefined;
  return {
    mode: source.mode,
    questionId: questionId(source),
    ...(sourceId === undefined ? {} : { sourceId }),
    ...(source.licence === undefined ? {} : { licence: source.licence }),
    provenance: { ...source.provenance, ...claimed.provenance },
  };
}

function sizeFault(claimed: ClaimedDecomposition): Rejected | undefined {
  if (claimed.nodes.length > mostNodes)
    return reject('too_many_nodes', `expected at most ${mostNodes} sub-questions, got ${claimed.nodes.length}`);
  const longest = Math.max(claimed.question.length, ...claimed.nodes.map((node) => node.subQuestion.length));
  if (longest <= longestQuestion) return undefined;
  return reject('question_too_long', `expected questions of at most ${longestQuestion} characters, got ${longest}`);
}

function textFault(claimed: ClaimedDecomposition): Rejected | undefined {
  if (claimed.question.trim() === '') return reject('empty_question', 'the main question is empty');
  const empty = claimed.nodes.find((node) => node.subQuestion.trim() === '');
  return empty && reject('empty_question', `the sub-question of node ${JSON.stringify(empty.id)} is empty`);
}

function typeNodes(
  claimed: readonly ClaimedNode[],
  resolved: Extract<ReturnType<typeof resolveReferences>, { ok: true }>,
): InstanceNode[] | Rejected {
  const levels = hopLevels(resolved.layers);
  const nodes: InstanceNode[] = [];
  for (const [index, node] of claimed.entries()) {
    const typed = typeAnswer(node.answer);
    if (!typed.ok) return reject(typed.rule, `node ${JSON.stringify(node.id)}: ${typed.detail}`);
    const hopLevel = levels.get(index + 1) ?? 1;
    nodes.push({
      id: index + 1,
      subQuestion: node.subQuestion.trim(),
      answer: typed.gold,
      dependencies: [...(resolved.nodes[index]?.dependencies ?? [])],
      hopLevel,
      isParallel: (resolved.layers[hopLevel - 1]?.length ?? 1) > 1,
    });
  }
  return nodes;
}

/** Candidate environments may name no answer: then it is what their final nodes answer, and the claim records that. */
function finalAnswer(claimed: ClaimedDecomposition, nodes: readonly InstanceNode[]): GoldAnswer | Rejected {
  const finals = new Set(finalNodes(nodes));
  const answers = nodes.filter((node) => finals.has(node.id)).map((node) => node.answer.text);
  const derived: RawAnswer = answers.length === 1 ? (answers[0] ?? '') : answers;
  const typed = typeAnswer(claimed.answer ?? derived);
  return typed.ok ? typed.gold : reject(typed.rule, `the final answer: ${typed.detail}`);
}

/** In question mode the question, and its answer when the file names one, are given and not the model's to change. */
function sourceFault(claimed: ClaimedDecomposition, source: SourceQuestion): Rejected | undefined {
  if (source.question !== undefined && tokenise(source.question).join(' ') !== tokenise(claimed.question).join(' ')) {
    return reject(
      'question_changed',
      `expected the given question word for word, got "${claimed.question.slice(0, 120)}"`,
    );
  }
  const given = source.answer === undefined ? undefined : typeAnswer(source.answer);
  if (given?.ok === true && !matchesGold(given.gold, claimed.answer ?? null)) {
    return reject(
      'answer_changed',
      `expected the given answer "${given.gold.text.slice(0, 80)}", got ${shown(claimed.answer)}`,
    );
  }
  return undefined;
}

function shown(answer: RawAnswer | undefined): string {
  return (JSON.stringify(answer) ?? 'none').slice(0, 80);
}

function reject(rule: DecompositionRule, detail: string): Rejected {
  return { status: 'rejected', rule, detail };
}
