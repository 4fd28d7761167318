/**
 * Checks that the docs tell the truth: links lead somewhere, glossary terms occur in src, rows of the paper map name
 * files and tests that exist, npm scripts that are mentioned are there. Exit code 1 with one line per finding.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const findings: string[] = [];

const pages = globSync(['*.md', 'docs/**/*.md', 'bench/*.md', 'infra/**/*.md', 'examples/**/*.md'], { cwd: root });
for (const page of pages) {
  for (const [, target = ''] of read(page).matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/.test(target) || target.startsWith('#')) continue;
    const file = join(root, dirname(page), target.split('#')[0] ?? '');
    if (!existsSync(file)) findings.push(`${page}: link to ${target}: no such file`);
  }
}

const scripts: unknown = JSON.parse(read('package.json'))['scripts'];
for (const page of pages) {
  for (const [, name = ''] of read(page).matchAll(/npm run ([a-z:-]+)/g)) {
    if (typeof scripts === 'object' && scripts !== null && !(name in scripts))
      findings.push(`${page}: npm run ${name}: no such script`);
  }
}

const sources = globSync('src/**/*.{ts,py}', { cwd: root }).map(read).join('\n').toLowerCase();
for (const [term = ''] of tableRows('docs/glossary.md')) {
  const spellings = [term, term.replaceAll(' ', '-'), term.replaceAll(' ', ''), term.replaceAll(' ', '_')];
  if (!spellings.some((spelling) => sources.includes(spelling.toLowerCase()))) {
    findings.push(`docs/glossary.md: "${term}" does not occur in src`);
  }
}

for (const row of tableRows('docs/paper-map.md')) {
  for (const [, file = ''] of row.join(' ').matchAll(/`((?:src|test|prompts|infra|bench|configs)\/[^`\s]+)`/g)) {
    if (!existsSync(join(root, file))) findings.push(`docs/paper-map.md: ${file}: no such file`);
  }
}

for (const finding of findings) console.error(finding);
console.log(`${pages.length} pages checked, ${findings.length} findings`);
process.exitCode = findings.length > 0 ? 1 : 0;

/** Cells of the body rows of a page's tables. */
function tableRows(page: string): string[][] {
  if (!existsSync(join(root, page))) return [];
  return read(page)
    .split('\n')
    .filter((line) => /^\| (?!term |paper |-)/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}
