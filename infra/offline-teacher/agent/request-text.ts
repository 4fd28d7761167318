/** A request in pieces: quoted values with the words before them, and the parts that each ask for one thing. */
import { allStems, meaningfulStems } from './words.ts';

export interface QuotedValue {
  readonly text: string;
  /** Stems of the words before it, nearest last; those of the same part only. */
  readonly label: readonly string[];
}

export interface Part {
  /** With its values in it. */
  readonly text: string;
  readonly stems: ReadonlySet<string>;
  readonly values: readonly QuotedValue[];
}

const QUOTED = /"((?:[^"\\\n]|\\.)*)"|“([^”]*)”|「([^」]*)」|『([^』]*)』/gu;
/** Private-use characters: no text of people has them. */
const MARK = /\uE000(\d+)\uE001/g;
const BORDER =
  /(?<=[.!?;。！？；])\s+|(?<=[。！？；])|\n+|(?:,\s*(?:and\s+)?|\s+and\s+)(?:then|afterwards|after that|finally)\b,?\s*|[，,](?:然后|接着|最后|之后)[，,]?/giu;
/** Words before a value that may name it. */
const longestLabel = 5;

/** The parts in order; a part without letters is left out. */
export function partsOf(request: string): Part[] {
  const values: string[] = [];
  const masked = request.replace(QUOTED, (_, ...groups: string[]) => {
    const found = groups.slice(0, 4).find((group) => group !== undefined) ?? '';
    values.push(unescaped(found));
    return `\uE000${values.length - 1}\uE001`;
  });
  const pieces = masked.split(BORDER).filter((piece) => piece !== undefined && /\p{L}|\uE000/u.test(piece));
  return pieces.map((piece) => ({
    text: piece.replace(MARK, (_, at: string) => `"${values[Number(at)] ?? ''}"`).trim(),
    stems: new Set(meaningfulStems(piece.replace(MARK, ' '))),
    values: labelled(piece, values),
  }));
}

function labelled(piece: string, values: readonly string[]): QuotedValue[] {
  const found: QuotedValue[] = [];
  let from = 0;
  for (const match of piece.matchAll(MARK)) {
    const before = allStems(nearest(piece.slice(from, match.index)));
    const list = before.every((word) => word === 'and' || word === 'or') ? found.at(-1)?.label : undefined;
    // "files "a" and "b"": the second has the label of the first.
    found.push({ text: values[Number(match[1])] ?? '', label: list ?? before.slice(-longestLabel) });
    from = match.index + match[0].length;
  }
  return found;
}

/** The words since the last bracket, comma or colon; those before it when there are none. */
function nearest(text: string): string {
  const [last = '', ...before] = text.split(/[(（,，:：]/u).toReversed();
  return /[\p{L}\p{N}]/u.test(last) || before.length === 0 ? last : (before[0] ?? '');
}

function unescaped(text: string): string {
  return text.replace(/\\(["\\])/g, '$1');
}
