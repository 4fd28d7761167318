/**
 * What a run needs of the stack's own trainer (ours): nothing where training happens elsewhere or not at all, and the
 * package of a real model only where one is named.
 */
import type { RunConfig } from './schema.ts';
import { Rl } from './training/schema.ts';

export type TrainerNeed = 'none' | 'nano' | 'real';

/** The nano policy, and what SFT made of it: ft:nano-<hash>:<job>. */
const ofNano = /^(ft:)?nano(-|:|$)/;

/** Policies are measured where `rl` says, or would say: an evaluation alone needs the trainer too. */
export function trainerNeed({ sft, rl, evaluation }: RunConfig): TrainerNeed {
  const player = rl ?? (evaluation === undefined ? undefined : Rl.parse({}));
  const stages = [...(sft === undefined ? [] : [sft]), ...(player === undefined ? [] : [player])];
  const own = stages.filter(({ backend }) => backend.kind === 'local' && backend.url === undefined);
  if (own.length === 0) return 'none';
  return own.some(({ model = 'nano' }) => !ofNano.test(model)) ? 'real' : 'nano';
}
