/**
 * Checks that the docs tell the truth, without running anything: links lead somewhere; npm scripts, `astra` commands with
 * their options, environment variables and files that are named exist; glossary terms occur in src; tables that must be
 * complete are. Exit code 1 with one line per finding.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import type { Command } from 'commander';
import { failureTypes } from '../src/activities/failures.ts';
import { createProgram } from '../src/cli/program.ts';
import { AcceptanceRule } from '../src/domain/environment/schema.ts';
import { exportFiles } from '../src/domain/export/formats.ts';
import { admissionRules } from '../src/domain/judgement/admission.ts';
import { StatefulRule } from '../src/domain/stateful/schema.ts';
import { structureRules } from '../src/domain/trajectory/structure.ts';

const root = resolve(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const readAll = (patterns: readonly string[]): string => globSync(patterns, { cwd: root }).map(read).join('\n');

const pages = globSync(['*.md', 'docs/**/*.md', 'bench/*.md', 'infra/**/*.md', 'examples/**/*.md', 'configs/**/*.md'], {
  cwd: root,
}).map((page) => ({ page, text: read(page) }));

const findings = [
  ...pages.flatMap((one) => [...brokenLinks(one), ...missingFiles(one), ...unknownScripts(one)]),
  ...unknownCommands(),
  ...unknownVariables(),
  ...unusedTerms(),
  ...missingRows('docs/operations.md', [
    ...Object.keys(failureTypes),
    ...structureRules,
    ...admissionRules,
    ...AcceptanceRule.options,
    ...StatefulRule.options,
  ]),
  ...missingRows('docs/files.md', [...Object.keys(exportFiles), ...Object.values(exportFiles)]),
  ...missingRows('docs/testing.md', globSync('bench/*.bench.ts', { cwd: root })),
];
for (const finding of findings) console.error(finding);
console.log(`${pages.length} pages checked, ${findings.length} findings`);
process.exitCode = findings.length > 0 ? 1 : 0;

interface Page {
  readonly page: string;
  readonly text: string;
}

function brokenLinks({ page, text }: Page): string[] {
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return targets.flatMap((target) => {
    if (/^[a-z]+:/.test(target)) return [];
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? page : join(dirname(page), path);
    if (!existsSync(join(root, file))) return [`${page}: link to ${target}: no such file`];
    if (anchor === undefined || anchors(read(file)).includes(anchor)) return [];
    return [`${page}: link to ${target}: no such heading`];
  });
}

/** Anchors as they are made from headings. */
function anchors(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** A file of the checkout in backticks; one with a star or an ellipsis names many. */
function missingFiles({ page, text }: Page): string[] {
  const names = text.matchAll(/`((?:src|test|prompts|infra|bench|configs|scripts|docs|examples)\/[^`\s:]+)`/g);
  return [...names].flatMap(([, file = '']) =>
    /[*…<]/.test(file) || existsSync(join(root, file)) || file === 'bench/RESULTS.md'
      ? []
      : [`${page}: ${file}: no such file`],
  );
}

function unknownScripts({ page, text }: Page): string[] {
  const scripts: unknown = JSON.parse(read('package.json'))['scripts'];
  const known = Object.keys(Object(scripts));
  return [...text.matchAll(/npm run ([a-z:-]+)/g)].flatMap(([, name = '']) =>
    known.includes(name) ? [] : [`${page}: npm run ${name}: no such script`],
  );
}

/** Every `astra …` in code: its command, its subcommand, its options. */
function unknownCommands(): string[] {
  const silent = new PassThrough();
  const terminal = {
    stdout: silent,
    stderr: silent,
    interrupted: new AbortController().signal,
    finish: () => undefined,
  };
  const program = createProgram(terminal);
  return pages.flatMap(({ page, text }) =>
    commandLines(text).flatMap((line) =>
      commandProblem(program, line).map((problem) => `${page}: ${line}: ${problem}`),
    ),
  );
}

/** Command lines in fenced blocks (not their comments) and in backticks. */
function commandLines(text: string): string[] {
  const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = '']) => block.replaceAll('\\\n', ' '));
  const prose = text.replaceAll(/^```[\s\S]*?^```/gm, '');
  const inline = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
  const code = [...blocks.flatMap((block) => block.split('\n')), ...inline].map((line) => line.replace(/\s+# .*/, ''));
  return code.flatMap((line) =>
    [...line.matchAll(/(?:^|&& |npx |npm run )astra (?:-- )?([a-z].*?)(?= && |$)/g)].map(([, words = '']) => words),
  );
}

function commandProblem(program: Command, line: string): string[] {
  const words = line.split(/\s+/);
  let command = program;
  for (const word of words) {
    const next = command.commands.find((child) => child.name() === word);
    if (next === undefined) break;
    command = next;
  }
  if (command === program) return ['no such command'];
  if (command.commands.length > 0 && words.length > 1) return [`${command.name()} has no such subcommand`];
  const options = [...program.options, ...command.options].map(({ long }) => long);
  const own = words.includes('--') ? words.slice(0, words.indexOf('--')) : words;
  return own.flatMap((word) =>
    word.startsWith('--') && !options.includes(word) && word !== '--help' ? [`no option ${word}`] : [],
  );
}

function unknownVariables(): string[] {
  const sources = readAll(['{src,infra,scripts,test,bench}/**/*.{ts,py,sh,yaml}', 'package.json']);
  return pages.flatMap(({ page, text }) =>
    [...new Set(text.match(/\b(?:ASTRA|TEMPORAL|OPENAI|POSTGRES|DATABASE)_[A-Z_]*[A-Z]\b/g) ?? [])].flatMap((name) =>
      new RegExp(`\\b${name}\\b`).test(sources) ? [] : [`${page}: ${name}: no source reads this variable`],
    ),
  );
}

function unusedTerms(): string[] {
  const sources = readAll(['src/**/*.{ts,py}']).toLowerCase();
  return firstCells('docs/glossary.md').flatMap((term) => {
    const spellings = [term, term.replaceAll(' ', '-'), term.replaceAll(' ', ''), term.replaceAll(' ', '_')];
    const isUsed = spellings.some((spelling) => sources.includes(spelling.toLowerCase()));
    return isUsed ? [] : [`docs/glossary.md: "${term}" does not occur in src`];
  });
}

/** Names that some table of the page must hold in backticks. */
function missingRows(page: string, names: readonly string[]): string[] {
  const rows = read(page)
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .join('\n');
  return names.flatMap((name) => (rows.includes(`\`${name}\``) ? [] : [`${page}: no row for ${name}`]));
}

/** First cells of the body rows of a page's tables. */
function firstCells(page: string): string[] {
  return read(page)
    .split('\n')
    .filter((line) => /^\| (?!term |-)/.test(line))
    .map((line) => line.split('|')[1]?.trim() ?? '');
}
