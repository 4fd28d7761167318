/** A run's configuration that came as a value and not as a file: checked with the same words. */
import { RunConfig } from '../domain/run/schema.ts';
import { ConfigError } from './config-error.ts';
import { pathText, toProblems } from './issue-text.ts';

/** The configuration with every default filled in; throws ConfigError with every problem found at once. */
export function parseRunConfig(value: unknown): RunConfig {
  const parsed = RunConfig.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.flatMap((issue) => toProblems(issue, value));
  throw new ConfigError(
    problems.map(({ at, got, expected, todo }) => ({
      where: 'configuration',
      path: pathText(at),
      got,
      expected,
      todo,
    })),
  );
}
