/**
 * From facts to messages (ours; method §0 weakness 6): values go in once, each as one line of JSON below its own
 * `[name]` line, and are never scanned for markers, so no value can end its block, open another or fill a placeholder.
 */
import { canonicalJson } from '../../domain/ids.ts';
import type { Json } from '../../domain/json.ts';
import { PromptError } from '../failures.ts';
import type { LoadedPrompt } from './load-prompt.ts';

const retrySentence = 'Your previous reply was refused for the reasons below. Answer again and mend all of them.';
const replySentence = 'Reply with one JSON value that fits the schema in [reply_schema], and nothing else.';

export interface RenderedPrompt {
  readonly system: string;
  readonly user: string;
}

/** The two messages of a call; throws PromptError when the inputs are not exactly the placeholders. */
export function renderPrompt(
  prompt: LoadedPrompt,
  inputs: Readonly<Record<string, Json>>,
  feedback: readonly string[],
): RenderedPrompt {
  const [given, wanted] = [Object.keys(inputs).sort().join(', '), prompt.inputs.toSorted().join(', ')];
  if (given !== wanted) throw new PromptError(`Prompt ${prompt.id} shows [${wanted}], its spec gave [${given}]`);
  const body = prompt.user.map((part) => ('text' in part ? part.text : renderBlock(part.block, inputs[part.block])));
  const retry = feedback.length === 0 ? [] : ['', retrySentence, renderBlock('problems', feedback)];
  const reply = ['', `[reply_schema]\n${oneLine(JSON.stringify(prompt.schema))}`, replySentence];
  return { system: prompt.system, user: [...body, ...retry, ...reply].join('\n') };
}

function renderBlock(name: string, value: Json | undefined): string {
  if (value === undefined) throw new PromptError(`The input ${name} of a prompt is undefined`);
  return `[${name}]\n${oneLine(canonicalJson(value))}`;
}

/** JSON leaves these line ends unescaped inside strings; a reader that splits at them would see a block's end. */
function oneLine(json: string): string {
  return json.replace(/[\u0085\u2028\u2029]/g, (end) => `\\u${end.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
