/** Every prompt spec, by id (ours). Loaded where replies are checked; never from workflow code. */
import { decompositionPrompts } from '../decomposition/prompts.ts';
import { emulationPrompts } from '../emulation/prompts.ts';
import { environmentPrompts } from '../environment/prompts.ts';
import { chainPrompts } from '../graph/prompts.ts';
import { judgePrompts } from '../judgement/prompts.ts';
import { statefulPrompts } from '../stateful/prompts.ts';
import { taskPrompts } from '../task/prompts.ts';
import { userPrompts } from '../user-simulation/prompts.ts';
import type { AnyPromptSpec } from './spec.ts';

export const promptSpecs: readonly AnyPromptSpec[] = [
  ...decompositionPrompts,
  ...environmentPrompts,
  ...statefulPrompts,
  ...chainPrompts,
  ...judgePrompts,
  ...taskPrompts,
  ...emulationPrompts,
  ...userPrompts,
];
