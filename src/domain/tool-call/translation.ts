/**
 * A server that was started anew and brought back to a recorded state (ours): it generates other ids and names other
 * moments than the record, which the agent knows. What differs only there is the same answer; the pairs are kept, so that
 * later arguments are told in the server's words and later answers in the record's. Any other difference is drift.
 */
import type { Json, JsonObject } from '../json.ts';
import { replaceTokens, type Token, tokensOf } from './volatile-token.ts';

export interface Translation {
  readonly toLive: ReadonlyMap<string, string>;
  readonly toRecorded: ReadonlyMap<string, string>;
}

/** Where a live answer stops being the recorded one. */
export interface Drift {
  readonly recorded: string;
  readonly live: string;
}

export type Comparison =
  | { readonly same: true; readonly translation: Translation }
  | { readonly same: false; readonly drift: Drift };

export const noTranslation: Translation = { toLive: new Map(), toRecorded: new Map() };

/** Compares two answers to one call, token by token; what was learnt before has to hold again. */
export function compareAnswers(recorded: string, live: string, known: Translation = noTranslation): Comparison {
  const [ours, theirs] = [tokensOf(recorded), tokensOf(live)];
  const toLive = new Map(known.toLive);
  const toRecorded = new Map(known.toRecorded);
  let [at, liveAt] = [0, 0];
  const driftHere = (): Comparison => ({
    same: false,
    drift: { recorded: around(recorded, at), live: around(live, liveAt) },
  });
  for (const [index, token] of ours.entries()) {
    const other = theirs[index];
    if (other === undefined || recorded.slice(at, token.at) !== live.slice(liveAt, other.at)) return driftHere();
    [at, liveAt] = [token.at, other.at];
    if (!learn(token, other, { toLive, toRecorded })) return driftHere();
    at += token.text.length;
    liveAt += other.text.length;
  }
  const rest = recorded.slice(at) === live.slice(liveAt);
  return rest ? { same: true, translation: { toLive, toRecorded } } : driftHere();
}

/** False where the two cannot stand for one another. */
function learn({ text, kind }: Token, live: Token, pairs: Pairs): boolean {
  if (kind !== live.kind) return false;
  if (kind === 'passing') return true;
  if (kind === 'word') return text === live.text;
  const [held, heldBack] = [pairs.toLive.get(text), pairs.toRecorded.get(live.text)];
  if (held === undefined) pairs.toLive.set(text, live.text);
  if (heldBack === undefined) pairs.toRecorded.set(live.text, text);
  // Two moments may fall together when things go faster; one id that is two on the other side is another answer.
  return kind === 'moment' || ((held ?? live.text) === live.text && (heldBack ?? text) === text);
}

interface Pairs {
  readonly toLive: Map<string, string>;
  readonly toRecorded: Map<string, string>;
}

function around(text: string, at: number): string {
  return text.slice(Math.max(0, at - 40), at + 80);
}

/** Arguments as the rebuilt server has to be told them. */
export function toLiveArguments(args: JsonObject, { toLive }: Translation): JsonObject {
  // An object stays one: only the values inside are looked at.
  return toLive.size === 0 ? args : (mapScalars(args, toLive) as JsonObject);
}

/** Text of the rebuilt server in the words of the record. */
export function toRecordedText(text: string, { toRecorded }: Translation): string {
  return replaceTokens(text, toRecorded);
}

/** The same for structured content. */
export function toRecordedJson(value: Json, { toRecorded }: Translation): Json {
  return toRecorded.size === 0 ? value : mapScalars(value, toRecorded);
}

function mapScalars(value: Json, by: ReadonlyMap<string, string>): Json {
  if (typeof value === 'string') return replaceTokens(value, by);
  if (typeof value === 'number') {
    const other = by.get(String(value));
    return other === undefined || !/^\d{1,15}$/.test(other) ? value : Number(other);
  }
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item) => mapScalars(item, by));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapScalars(item, by)]));
}
