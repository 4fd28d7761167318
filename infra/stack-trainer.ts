/** The trainer of a stack: only where training is wanted, since its environment is large. */
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TrainerNeed } from '../src/domain/run/trainer-need.ts';
import { spawnPart } from './part-process.ts';
import { choosePort } from './ports.ts';
import { type Change, checkout, endPart, logOf, portOf, runningPart, save } from './stack-change.ts';
import { trainerEnvironment } from './trainer/environment.ts';
import { trainerHealth } from './trainer/start-trainer.ts';

/**
 * Names its address in any case, so that workers never have to be told of it later. Starts it when it is wanted, or was
 * by an earlier start of this stack; it serves once its environment is there, which nobody waits for here.
 */
export async function ensureTrainer(change: Change, wish: TrainerNeed): Promise<void> {
  const { state, outside } = change;
  if (outside.trainer !== undefined) {
    await endPart(change, 'trainer');
    state.trainer = outside.trainer;
    return save(change);
  }
  const before = state.trainer?.wanted;
  const wanted = wish === 'none' || before === 'real' ? before : wish;
  const grows = wanted !== before;
  if (runningPart(state, 'trainer') !== undefined && !grows) return;
  await endPart(change, 'trainer');
  await untilLeft(change);
  const port = await choosePort([portOf(state.trainer?.url), 8099]);
  state.trainer = { url: `http://127.0.0.1:${port}`, ...(wanted === undefined ? {} : { wanted }) };
  save(change);
  if (wanted !== undefined) await start(change, port, wanted === 'real');
}

async function start(change: Change, port: number, real: boolean): Promise<void> {
  const { home, env, state } = change;
  const program = join(checkout, 'infra/trainer/main.ts');
  const logFile = logOf(home, 'trainer');
  const flags = ['--home', home, '--port', String(port), '--log', logOf(home, 'trainer-service')];
  const args = [program, ...flags, ...(real ? ['--real'] : [])];
  const part = { name: 'the trainer', command: process.execPath, args, env, logFile, detached: true };
  state.processes['trainer'] = await spawnPart(part);
  save(change);
  const { ready } = trainerEnvironment({ home, env, realModel: real });
  const first = `installs PyTorch in the background (0.7 to 3 GB once, see ${logFile})`;
  change.note(`the trainer ${ready ? 'starts' : first}`);
}

/** A service whose starter was killed ends by itself a moment later; until then it holds the port that workers know. */
async function untilLeft({ home, state }: Change): Promise<void> {
  const url = state.trainer?.url;
  if (url === undefined) return;
  const folder = join(realpathSync(home), 'trainer');
  for (const deadline = Date.now() + 5_000; Date.now() < deadline; await sleep(100))
    if ((await trainerHealth(url))?.home !== folder) return;
}
