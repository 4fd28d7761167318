/**
 * All static checks, one after the other, with what each took. Run through the bootstrap, so that it works in a fresh
 * clone. Exit code 1 when any of them finds something; the others still run.
 * Usage: npm run check
 */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

const checks = ['format', 'lint', 'types', 'layers', 'dead-code', 'docs'];
const cwd = resolve(import.meta.dirname, '..');

for (const check of checks) {
  const since = performance.now();
  const { status } = spawnSync('npm', ['run', '--silent', `check:${check}`], { cwd, stdio: 'inherit' });
  const seconds = ((performance.now() - since) / 1000).toFixed(1);
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${check} (${seconds} s)`);
  if (status !== 0) process.exitCode = 1;
}
