/** A configuration file read, checked and made independent of where it lies: YAML (or JSON) to RunConfig. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import { RunConfig } from '../domain/run/schema.ts';
import type { Trajectories } from '../domain/run/trajectories/schema.ts';
import { ConfigError, type ConfigProblem } from './config-error.ts';
import { type PathProblem, pathText, toProblems } from './issue-text.ts';
import { secretPaths } from './secret-keys.ts';

interface ConfigText {
  readonly file: string;
  readonly document: Document;
  readonly lines: LineCounter;
}

/**
 * The configuration in a file; paths of source files become absolute, from the file's folder.
 * Throws ConfigError with every problem found at once; secrets are looked for first.
 */
export function readRunFile(file: string): RunConfig {
  const text = parseFile(file);
  const value: unknown = text.document.toJS();
  const secrets = secretPaths(value).map(secretProblem);
  if (secrets.length > 0) throw new ConfigError(secrets.map((problem) => located(problem, text)));

  const parsed = RunConfig.safeParse(value);
  if (!parsed.success) {
    const problems = parsed.error.issues.flatMap((issue) => toProblems(issue, value));
    throw new ConfigError(problems.map((problem) => located(problem, text)));
  }
  const config = withAbsoluteFiles(parsed.data, dirname(resolve(file)));
  const missing = missingParts(config);
  if (missing.length > 0) throw new ConfigError(missing.map((problem) => located(problem, text)));
  return config;
}

function parseFile(file: string): ConfigText {
  const lines = new LineCounter();
  const document = parseDocument(readText(file), { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0)
    throw new ConfigError(
      document.errors.map((error) => ({
        where: place(file, lines, error.pos[0]),
        path: '',
        got: error.message,
        expected: 'valid YAML',
        todo: 'Correct this line.',
      })),
    );
  return { file, document, lines };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const problem = {
      where: file,
      path: '',
      got: cause instanceof Error && 'code' in cause && cause.code === 'ENOENT' ? 'no such file' : String(cause),
      expected: 'a configuration file (YAML)',
      todo: 'Try configs/demo.yaml, or see `astra config schema`.',
    };
    throw new ConfigError([problem], { cause });
  }
}

function secretProblem(at: readonly (string | number)[]): PathProblem {
  return {
    at,
    isKey: true,
    got: 'what looks like a secret (not shown)',
    expected: 'no secret in a file',
    todo: 'Remove it and set it in the environment: export OPENAI_API_KEY=…; another name goes into apiKeyEnv.',
  };
}

function withAbsoluteFiles(config: RunConfig, folder: string): RunConfig {
  const { environments, trajectories } = config;
  const sources = environments?.sources.map((source) =>
    source.file === undefined ? source : { ...source, file: resolve(folder, source.file) },
  );
  return {
    ...config,
    ...(environments === undefined || sources === undefined ? {} : { environments: { ...environments, sources } }),
    ...(trajectories === undefined ? {} : { trajectories: absoluteTrajectories(trajectories, folder) }),
  };
}

function absoluteTrajectories(trajectories: Trajectories, folder: string): Trajectories {
  const { servers, tasks, episodes, selection } = trajectories;
  const { recordingsFile } = episodes;
  return {
    ...trajectories,
    servers: servers.map((source) => ({ ...source, file: resolve(folder, source.file) })),
    tasks: absoluteTasks(tasks, folder),
    ...(recordingsFile === undefined
      ? {}
      : { episodes: { ...episodes, recordingsFile: resolve(folder, recordingsFile) } }),
    selection: { ...selection, contamination: selection.contamination.map((file) => resolve(folder, file)) },
  };
}

function absoluteTasks(tasks: Trajectories['tasks'], folder: string): Trajectories['tasks'] {
  const { imports, augment } = tasks;
  const { personas } = augment;
  return {
    ...tasks,
    imports: imports.map((source) => ({ ...source, file: resolve(folder, source.file) })),
    ...(personas === undefined
      ? {}
      : { augment: { ...augment, personas: { ...personas, file: resolve(folder, personas.file) } } }),
  };
}

function missingParts({ environments, trajectories }: RunConfig): readonly PathProblem[] {
  if (environments === undefined && trajectories === undefined) {
    const expected = 'at least one stage: environments, trajectories';
    return [{ at: [], isKey: false, got: 'a configuration without a stage', expected, todo: 'Add environments.' }];
  }
  return [
    ...missingFiles(environments?.sources ?? [], ['environments', 'sources']),
    ...missingFiles(trajectories?.servers ?? [], ['trajectories', 'servers']),
    ...(trajectories === undefined ? [] : otherMissingFiles(trajectories)),
  ];
}

function otherMissingFiles({ tasks, episodes, selection }: Trajectories): PathProblem[] {
  return [
    ...missingFiles(tasks.imports, ['trajectories', 'tasks', 'imports']),
    ...missingFile(tasks.augment.personas?.file, ['trajectories', 'tasks', 'augment', 'personas', 'file']),
    ...missingFile(episodes.recordingsFile, ['trajectories', 'episodes', 'recordingsFile']),
    ...selection.contamination.flatMap((file, index) =>
      missingFile(file, ['trajectories', 'selection', 'contamination', index]),
    ),
  ];
}

function missingFiles(sources: readonly { file?: string | undefined }[], path: readonly string[]): PathProblem[] {
  return sources.flatMap(({ file }, index) => missingFile(file, [...path, index, 'file']));
}

function missingFile(file: string | undefined, at: readonly (string | number)[]): PathProblem[] {
  if (file === undefined || existsSync(file)) return [];
  const todo = 'Correct the path: it is relative to the configuration file.';
  return [{ at, isKey: false, got: `${file}, which does not exist`, expected: 'a file', todo }];
}

function located(problem: PathProblem, text: ConfigText): ConfigProblem {
  const { at, isKey, ...rest } = problem;
  return { where: place(text.file, text.lines, offsetOf(text.document, at, isKey)), path: pathText(at), ...rest };
}

/** Where the value (or the key) at a path begins; of a missing one, its nearest parent. */
function offsetOf(document: Document, at: readonly PropertyKey[], isKey: boolean): number | undefined {
  if (at.length === 0) return undefined;
  const parent: unknown = document.getIn(at.slice(0, -1), true);
  if (isKey && isMap(parent)) {
    const pair = parent.items.find(({ key }) => isScalar(key) && key.value === at.at(-1));
    if (pair !== undefined && isNode(pair.key)) return pair.key.range?.[0];
  }
  const node: unknown = document.getIn(at, true);
  return isNode(node) && node.range ? node.range[0] : offsetOf(document, at.slice(0, -1), true);
}

function place(file: string, lines: LineCounter, offset: number | undefined): string {
  if (offset === undefined) return file;
  const { line, col } = lines.linePos(offset);
  return `${file}:${line}:${col}`;
}
