/** Graphs and walks over a generated pool of the paper's size, on one core: time, memory, and the same bytes twice. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fixed, table } from './support/markdown.ts';

const [servers, tools, walks] = [1_585, 19_036, 100_000];
const program = join(import.meta.dirname, 'graph', 'one-pass.ts');

interface Pass {
  readonly seconds: number;
  readonly processorSeconds: number;
  readonly memoryMb: number;
  readonly edges: number;
  readonly withEvidence: number;
  readonly chains: number;
  readonly walks: number;
  readonly covered: number;
  readonly sha256: string;
}

function onePass(): Pass {
  const { stdout, status } = spawnSync(process.execPath, [program, ...[servers, tools, walks].map(String)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`${program} ended with ${status}`);
  return JSON.parse(stdout) as Pass; // printed by the program above
}

const passes = [onePass(), onePass()];
const [first] = passes as [Pass, Pass];
const same = new Set(passes.map(({ sha256 }) => sha256)).size === 1;
console.log(
  [
    `${servers} generated servers, ${tools} tools, 12 given chains each; ${first.walks} walks, ${first.chains} chains kept, ${first.edges} edges (${first.withEvidence} supported by schemas), ${fixed((100 * first.covered) / first.edges, 1)} % of the edges walked.`,
    '',
    table([
      ['pass', 'seconds', 'processor seconds', 'memory, MB'],
      ...passes.map((one, index) => [
        index + 1,
        fixed(one.seconds),
        fixed(one.processorSeconds),
        fixed(one.memoryMb, 0),
      ]),
    ]),
    '',
    `Same seed, same bytes: ${same ? 'yes' : 'NO'} (${first.sha256.slice(0, 16)}). Goal: 20 s on one core, 500 MB.`,
  ].join('\n'),
);
if (!same) process.exitCode = 1;
