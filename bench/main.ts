/**
 * `npm run bench -- [name…]`: runs benches one after the other; each is a program that prints its section in Markdown.
 * The section goes to the terminal and replaces the one of the same name in RESULTS.md, with date, machine and load.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { putSection } from './support/results-file.ts';

const folder = import.meta.dirname;
const resultsFile = join(folder, 'RESULTS.md');
const ending = '.bench.ts';

const known = readdirSync(folder)
  .filter((file) => file.endsWith(ending))
  .map((file) => file.slice(0, -ending.length));
const asked = process.argv.slice(2);
const strange = asked.find((name) => !known.includes(name));
if (strange !== undefined) {
  console.error(`There is no bench "${strange}". Known: ${known.join(', ')}.`);
  process.exit(2);
}

for (const name of asked.length === 0 ? known : asked) {
  console.error(`bench ${name}: some minutes`);
  const loadBefore = loadavg()[0] ?? 0;
  const { code, output } = await runProgram(join(folder, name + ending));
  if (code !== 0) process.exitCode = 1;
  if (output.trim() === '') {
    console.error(`bench ${name} ended with ${code} and measured nothing; ${resultsFile} stays as it is`);
    continue;
  }
  const section = [...heading(name, loadBefore), '', output.trim()].join('\n');
  console.log(`${section}\n`);
  const before = existsSync(resultsFile) ? readFileSync(resultsFile, 'utf8') : '';
  writeFileSync(resultsFile, putSection(before, name, section));
}

async function runProgram(file: string): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
  // The signal reaches the bench too, which stops its servers: ours is only to wait for it.
  const wait = (): void => undefined;
  process.on('SIGINT', wait).on('SIGTERM', () => child.kill('SIGTERM'));
  const ended = once(child, 'exit');
  const output = await text(child.stdout);
  const [code] = await ended;
  process.off('SIGINT', wait);
  return { code: typeof code === 'number' ? code : null, output };
}

function heading(name: string, loadBefore: number): string[] {
  const memory = Math.round(totalmem() / 2 ** 30);
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const settings = Object.entries(process.env).filter(([variable]) => variable.startsWith('ASTRA_BENCH_'));
  const command = [...settings.map(([variable, value]) => `${variable}=${value}`), `npm run bench -- ${name}`].join(
    ' ',
  );
  return [
    `## ${name}`,
    '',
    `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC; ${availableParallelism()} cores (${model}), ${memory} GB; Node ${process.versions.node}; load average ${loadBefore.toFixed(1)} before, ${(loadavg()[0] ?? 0).toFixed(1)} after.`,
    `Command: \`${command}\``,
  ];
}
