/** What is wrong with a configuration, said so that the reader knows which line to change and to what. */
export interface ConfigProblem {
  /** `file:line:column` when the place is known, else the file or the environment variable. */
  readonly where: string;
  /** Path of the key, such as `environments.sources[0].mode`; empty for the whole file. */
  readonly path: string;
  readonly got: string;
  readonly expected: string;
  readonly todo: string;
}

/** Wrong input: exit code 2. Carries all problems, in the order of the file. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[], options?: ErrorOptions) {
    super(problems.map(problemText).join('\n'), options);
    this.problems = problems;
  }
}

/** One problem as one line: where, what, got, expected, what to do. */
export function problemText({ where, path, got, expected, todo }: ConfigProblem): string {
  const key = path === '' ? '' : ` ${path}:`;
  return `${where}:${key} got ${got}; expected ${expected}. ${todo}`;
}

/** A value as it is shown in a message: at most 60 characters. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
