/** The judges of tasks: scores that mostly pass, and a model without tools that mostly cannot. */
import type { JsonObject } from '../../../src/domain/json.ts';
import { chance, pick, rngOf } from '../draws.ts';
import { asList, asText } from '../json-text.ts';
import type { ReplyContext } from '../replies/context.ts';

/** Share of questions that fall through, each dimension by itself. */
const poor = 0.06;

export function score({ inputs, seed }: ReplyContext): JsonObject {
  const rng = rngOf(`score/${seed}`);
  const good = (reason: string): JsonObject =>
    chance(rng, poor) ? { reason: 'It leaves too much open.', score: 3 } : { reason, score: pick(rng, [4, 4, 5]) };
  const tools = asList(inputs['intended_tools']).length;
  return {
    tool_selection_difficulty: { reason: 'The list has to be read to find them.', score: Math.min(5, 1 + tools) },
    tool_selection_uniqueness: { reason: 'Few other tools do the same.', score: pick(rng, [3, 4, 5]) },
    question_quality: good('Clear, with every value that is needed.'),
    scenario_realism: good('People ask for this.'),
    tool_use_necessity: good('Nothing of it can be done from memory.'),
  };
}

export function withoutTools({ inputs, seed }: ReplyContext): JsonObject {
  const known = chance(rngOf(`without/${seed}`), poor);
  const question = asText(inputs['question']);
  return known
    ? { answer: `This is general knowledge: ${question.slice(0, 60)}`, missing: '', complete: true }
    : { answer: '', missing: 'It takes access to what the user works with.', complete: false };
}
