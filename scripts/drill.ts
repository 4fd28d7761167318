/**
 * The proof that a crash costs at most the call in flight: one run in peace, the same run while worker, Temporal,
 * Postgres, teacher and trainer are killed with SIGKILL at random moments, then the comparison. Exit code 1 when a promise broke.
 * Usage: npm run drill -- [--moments 30] [--seed N] [--config FILE] [--keep] [--json]
 */
import { parseArgs } from 'node:util';
import { checkout } from '../src/config/load.ts';
import { homeFolder } from '../src/config/process-config.ts';
import { drillDocument, drillText } from './drill/report.ts';
import { runDrill } from './drill/run-drill.ts';

const { values } = parseArgs({
  options: {
    moments: { type: 'string', default: '30' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    config: { type: 'string', default: 'configs/drill.yaml' },
    keep: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const startedAt = Date.now();
const note = (line: string): void =>
  console.error(`${String(Math.round((Date.now() - startedAt) / 1_000)).padStart(4)} s  ${line}`);
const [moments, seed] = [whole('moments', values.moments), whole('seed', values.seed)];
note(`seed ${seed}, ${moments} moments`);
const controller = new AbortController();
process.once('SIGINT', () => controller.abort());
const { config, keep } = values;
const trainerHome = homeFolder(undefined, process.env, checkout);
const result = await runDrill({ moments, seed, config, trainerHome, keep, note, interrupted: controller.signal });
console.log(values.json ? JSON.stringify(drillDocument(result), null, 2) : drillText(result));
if (keep) note(`kept: ${result.folder}`);
process.exit(result.ok ? 0 : 1);

function whole(flag: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0) return value;
  throw new RangeError(`--${flag}: expected a whole number of 0 or more, got "${text}"`);
}
