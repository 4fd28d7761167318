/**
 * What an agent sees of a tool's answer (method §5.2). Like the original, the text parts; ours: errors are recognised,
 * structured content is kept, what is no text is named instead of dropped, and a cut says that it is one.
 */
import type { Json } from '../json.ts';
import { recogniseError } from './recognise-error.ts';
import { CallResult, type Observation, ResultPart } from './schema.ts';

/** Characters of an answer that are shown; more than that crowds a conversation out of its model's context. */
export const mostCharacters = 16_000;
const tailCharacters = 3_000;

/** The observation of what a server sent as the result of a call; a broken one is an error of its own. */
export function buildObservation(result: unknown): Observation {
  const read = CallResult.safeParse(result);
  if (!read.success) return brokenObservation('the tool sent a result that cannot be read');
  const { content, structuredContent, isError } = read.data;
  const parts = content.map(readPart);
  const texts = parts.flatMap(({ text }) => (text === undefined ? [] : [text]));
  const notes = parts.flatMap(({ note }) => (note === undefined ? [] : [note]));
  const said = texts.join('\n\n');
  const recognisedBy = recogniseError({ isError, text: said, structured: structuredContent });
  const shown = said !== '' || structuredContent === undefined ? said : JSON.stringify(structuredContent);
  const whole = [shown, ...notes.map((note) => `[${note}, not shown]`)].filter((text) => text !== '').join('\n\n');
  const { text, cut } = cutMiddle(whole === '' ? '(empty result)' : whole);
  return {
    status: recognisedBy === null ? 'ok' : 'error',
    text,
    recognisedBy,
    structured: keptStructure(structuredContent),
    notes: cut === undefined ? notes : [...notes, cut],
  };
}

/** An error that is ours to say: `what` goes on after "Error: ". */
export function brokenObservation(what: string): Observation {
  return { status: 'error', text: `Error: ${what}`, recognisedBy: 'schema', structured: null, notes: [] };
}

/** An error of the protocol: the server understood the request and refused it. */
export function refusedObservation(message: string): Observation {
  const { text } = cutMiddle(message.trim() === '' ? 'Error: the call was refused' : message);
  return { status: 'error', text, recognisedBy: 'flag', structured: null, notes: [] };
}

function readPart(part: Json): { readonly text?: string; readonly note?: string } {
  const read = ResultPart.safeParse(part);
  if (!read.success) return { note: 'a part of unknown kind' };
  const { data } = read;
  switch (data.type) {
    case 'text':
      return { text: data.text };
    case 'image':
    case 'audio':
      return { note: `${data.type} (${data.mimeType ?? 'no type'}, ${bytesOf(data.data)} bytes)` };
    case 'resource_link':
      return { note: `link to the resource ${data.uri}` };
    case 'resource':
      return data.resource.text === undefined
        ? { note: `resource ${data.resource.uri} (${data.resource.mimeType ?? 'no type'})` }
        : { text: data.resource.text };
  }
}

/** Bytes behind base64. */
function bytesOf(base64: string): number {
  return Math.floor((base64.replaceAll('=', '').length * 3) / 4);
}

/** Beginning and end of a long text, with a sentence between them: results often close with what matters. */
function cutMiddle(text: string): { readonly text: string; readonly cut?: string } {
  if (text.length <= mostCharacters) return { text };
  const head = text.slice(0, mostCharacters - tailCharacters).replace(/[\uD800-\uDBFF]$/, '');
  const tail = text.slice(-tailCharacters).replace(/^[\uDC00-\uDFFF]/, '');
  const left = text.length - head.length - tail.length;
  return {
    text: `${head}\n[… ${left} characters left out …]\n${tail}`,
    cut: `${left} of ${text.length} characters left out`,
  };
}

function keptStructure(structured: Observation['structured'] | undefined): Observation['structured'] {
  return structured === undefined || JSON.stringify(structured).length > mostCharacters ? null : structured;
}
