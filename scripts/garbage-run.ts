/**
 * The whole environment stage with a real, very small model as teacher (scripts/small-model.sh): 30 questions in all five
 * ways, then finished decompositions whose tools it has to write. Nothing may crash, nothing wrong may be kept.
 * Usage: npm run garbage   (20 minutes on two busy cores; 220 MB installed once). Exit code 1 when something is wrong.
 * The stack has a home of its own below the temporary folder; it is kept when something is wrong.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { spawnPart, stopProcess } from '../infra/part-process.ts';
import { freePort } from '../infra/ports.ts';
import {
  freshHome,
  type GarbageResult,
  removeHome,
  runGarbage,
  stopGarbage,
} from '../infra/small-model/garbage-run.ts';
import { startSmallModel } from '../infra/small-model/small-model.ts';

const checkout = join(import.meta.dirname, '..');
const configFile = join(checkout, 'configs/garbage.yaml');

const ConfigParts = z.looseObject({
  models: z.looseObject({}),
  environments: z.looseObject({ sources: z.array(z.looseObject({ mode: z.string(), file: z.string().optional() })) }),
});

/** The same configuration with finished decompositions alone, judged by somebody who lets them pass. */
function toolsConfig(home: string, judgeUrl: string): string {
  const config = ConfigParts.parse(parse(readFileSync(configFile, 'utf8')));
  const sources = config.environments.sources
    .filter(({ mode }) => mode === 'decomposition')
    .map((source) => ({ ...source, file: join(checkout, 'configs', source.file ?? '') }));
  // The small model's cap on rambling would cut off a judge that has something to say.
  const models = { ...config.models, judge: { baseUrl: judgeUrl, maxTokens: 4_000 } };
  const file = join(home, 'garbage-tools.yaml');
  writeFileSync(file, JSON.stringify({ ...config, models, environments: { ...config.environments, sources } }));
  return file;
}

/** The offline teacher judges by what it reads; the small model refuses or passes by chance. */
async function startJudge(home: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const port = await freePort();
  const args = [join(checkout, 'infra/offline-teacher/main.ts'), '--port', String(port), '--home', home];
  const logFile = join(home, 'logs/judge.log');
  const part = await spawnPart({ name: 'the judge', command: process.execPath, args, logFile, detached: false });
  return { url: `http://127.0.0.1:${port}/v1`, stop: () => stopProcess(part) };
}

function print({ report, audit, verify, calls, wrong }: GarbageResult): void {
  const { run, status, elapsedSeconds, counts, spend } = report;
  console.log(`\n${run}: ${status} after ${Math.round(elapsedSeconds)} s`);
  console.log(
    `  ${spend.calls} calls, ${spend.promptTokens} tokens read, ${spend.completionTokens} written; ` +
      `${audit.environments.replayed} environments emitted, ${verify?.accepted ?? 0} accepted when verified again`,
  );
  for (const [kind, outcomes] of Object.entries(counts))
    for (const [key, count] of Object.entries(outcomes))
      console.log(`  ${String(count).padStart(4)} ${kind.padEnd(9)} ${key}`);
  for (const { prompt, calls: asked, usable, seconds, reasons } of calls) {
    console.log(`  ${prompt}: ${asked} replies, ${usable} usable, ${seconds} s`);
    for (const [reason, count] of Object.entries(reasons).sort(([, a], [, b]) => b - a))
      console.log(`    ${String(count).padStart(4)} ${reason}`);
  }
  for (const line of wrong) console.log(`  WRONG ${line}`);
}

const home = freshHome();
const startedAt = performance.now();
console.error(`garbage run in ${home}; the model's log is ${home}/logs/small-model.log`);
// Ctrl-C ends the program we wait for; then the stack is stopped as always.
process.on('SIGINT', () => undefined);
const results: GarbageResult[] = [];
const model = await startSmallModel(join(home, 'logs/small-model.log'));
try {
  const judge = await startJudge(home);
  const common = { home, baseUrl: model.baseUrl };
  results.push(await runGarbage({ ...common, configFile, run: 'garbage' }));
  results.push(await runGarbage({ ...common, configFile: toolsConfig(home, judge.url), run: 'garbage-tools' }));
  await judge.stop();
} finally {
  await stopGarbage(home);
  await stopProcess(model.process);
}
results.forEach(print);
const wrong = results.flatMap((result) => result.wrong);
console.log(`\n${Math.round((performance.now() - startedAt) / 1000)} s for all, ${wrong.length} things wrong`);
if (wrong.length === 0) removeHome(home);
else console.log(`kept: ${home}`);
process.exitCode = wrong.length === 0 ? 0 : 1;
