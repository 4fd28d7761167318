/** What a request wants of the tools: its parts, each with the tool whose document says the same. */
import { matchLabels } from './label-match.ts';
import { type Part, partsOf, type QuotedValue } from './request-text.ts';
import type { PastCall, Talk } from './talk.ts';
import { type Tool, withInnerFields } from './tool-facts.ts';

export interface Step {
  readonly tool: Tool;
  readonly part: Part;
  /** Which of the user's requests it belongs to. */
  readonly request: number;
}

export interface Plan {
  readonly steps: readonly Step[];
  /** Parts of the last request that want something no tool does. */
  readonly unmet: readonly Part[];
  /** Values of statements, which want nothing done. */
  readonly context: readonly QuotedValue[];
}

/** Below this share of a tool's words, a part does not ask for the tool. */
const enough = 0.5;
/** How much the words still count when no value of the part has a place in the tool. */
const strangeValues = 0.75;
/** A second tool in one part has to be said almost whole. */
const almostAll = 0.95;

export function planOf(talk: Talk, tools: readonly Tool[]): Plan {
  const weigh = weights(tools);
  const perRequest = talk.requests.map((text, request) => {
    const parts = partsOf(text).map((part) => ({ part, tools: toolsFor(part, tools, weigh) }));
    const steps = parts.flatMap(({ part, tools: found }) => found.map((tool): Step => ({ tool, part, request })));
    const rest = parts.filter(({ part, tools: found }) => found.length === 0 && part.values.length > 0);
    return {
      steps,
      unmet: rest.filter(({ part }) => !tellsOnly(part)),
      told: rest.filter(({ part }) => tellsOnly(part)),
    };
  });
  return {
    steps: perRequest.flatMap(({ steps }) => withoutRepeats(steps)),
    unmet: perRequest.at(-1)?.unmet.map(({ part }) => part) ?? [],
    context: perRequest.flatMap(({ told }) => told.flatMap(({ part }) => part.values)),
  };
}

/** Statements want nothing done: "It is for …", "My name is …". */
function tellsOnly({ text }: Part): boolean {
  return (
    /^(?:it|this|that|my|our|the|i am|i'm|we are|i have|by the way|note)\b/iu.test(text) ||
    /^(?:这是|我是|我的)/u.test(text)
  );
}

type Weigh = (word: string) => number;

/** Words that few tools have say more about which one is meant. */
function weights(tools: readonly Tool[]): Weigh {
  const counts = new Map<string, number>();
  for (const { phrase } of tools) for (const word of phrase) counts.set(word, (counts.get(word) ?? 0) + 1);
  return (word) => Math.log(1.5 + tools.length / (counts.get(word) ?? 1));
}

function toolsFor(part: Part, tools: readonly Tool[], weigh: Weigh): Tool[] {
  const scored = tools
    .map((tool, at) => ({ tool, at, ...score(part, tool, weigh) }))
    .filter(({ said }) => said >= enough)
    .sort((a, b) => b.rank - a.rank || a.at - b.at);
  const [best] = scored;
  if (best === undefined) return [];
  const covered = best.tool.phrase;
  const more = scored.slice(1).filter(({ tool, whole }) => whole >= almostAll && addsWords(tool, covered, part));
  return [best, ...more.slice(0, 2)].sort((a, b) => place(part, a.tool) - place(part, b.tool)).map(({ tool }) => tool);
}

/** Share of the tool's words that the part says; the rank adds how much of the part the tool explains. */
function score(
  part: Part,
  tool: Tool,
  weigh: Weigh,
): { readonly said: number; readonly whole: number; readonly rank: number } {
  const share = (words: Iterable<string>): number => {
    const all = [...words];
    const total = all.reduce((sum, word) => sum + weigh(word), 0);
    const met = all.filter((word) => part.stems.has(word)).reduce((sum, word) => sum + weigh(word), 0);
    return total === 0 ? 0 : met / total;
  };
  const whole = share(tool.phrase);
  // A name of one word beside its verb ("get_order") is said by every request about such things.
  const name = tool.nameStems.size > 1 ? 0.9 * share(tool.nameStems) : 0;
  const labels = matchLabels(withInnerFields(tool.parameters), part.values).size / Math.max(part.values.length, 1);
  const strange = part.values.length > 0 && labels === 0 ? strangeValues : 1;
  const explained = [...part.stems].filter((word) => tool.phrase.has(word)).length / Math.max(part.stems.size, 1);
  const said = Math.max(whole, name) * strange;
  return { said, whole, rank: said + 0.5 * explained + 0.4 * labels };
}

function addsWords(tool: Tool, covered: ReadonlySet<string>, part: Part): boolean {
  const fresh = [...tool.phrase].filter((word) => part.stems.has(word) && !covered.has(word));
  return fresh.length >= 2;
}

function place(part: Part, tool: Tool): number {
  const at = [...part.stems].findIndex((word) => tool.phrase.has(word));
  return at < 0 ? Number.MAX_SAFE_INTEGER : at;
}

/** The same wish told twice (once as a goal, once as a step) is one. */
function withoutRepeats(steps: readonly Step[]): Step[] {
  return steps.filter(
    (step, at) =>
      !steps.some(
        (other, place) =>
          other.tool === step.tool && place !== at && (tells(other, step) || (place < at && sameValues(other, step))),
      ),
  );
}

function sameValues(a: Step, b: Step): boolean {
  return JSON.stringify(a.part.values) === JSON.stringify(b.part.values);
}

/** The other one has values and this one has none: this one only announces it. */
function tells(other: Step, step: Step): boolean {
  return step.part.values.length === 0 && other.part.values.length > 0;
}

export interface Progress extends Step {
  readonly attempts: readonly PastCall[];
  readonly done: boolean;
}

/** Which calls were made for which step: each for the first open step of its tool. */
export function progressOf({ steps }: Plan, calls: readonly PastCall[]): Progress[] {
  const made: PastCall[][] = steps.map(() => []);
  for (const call of calls) {
    const at = steps.findIndex(
      ({ tool }, place) => tool.name === call.name && made[place]?.every(({ failed }) => failed) === true,
    );
    made[at]?.push(call);
  }
  return steps.map((step, at) => {
    const attempts = made[at] ?? [];
    return { ...step, attempts, done: attempts.some(({ failed }) => !failed) };
  });
}
