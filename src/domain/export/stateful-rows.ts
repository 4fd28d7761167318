/**
 * Environments with state as rows of files (ours). ASTRA's row keeps one source per tool and runs each alone, which would
 * lose what the tools share, so there is no ASTRA row of them: `stateful.jsonl` holds the stored rows as they are.
 */
import type { Json, JsonObject } from '../json.ts';
import type { StatefulEnvironment } from '../stateful/schema.ts';

/** The task with its tools in OpenAI's request shape; calls change what later ones give, so none run side by side. */
export function statefulToolsRow(environment: StatefulEnvironment): JsonObject {
  return {
    id: environment.id,
    messages: [{ role: 'user', content: environment.task }],
    tools: environment.documents.map(({ name, description, parameters }) => ({
      type: 'function',
      // A parameter schema was parsed from JSON by a loose schema: what it holds besides its known keys is JSON.
      function: { name, description, parameters: parameters as Json },
    })),
    parallel_tool_calls: false,
    metadata: { source_id: null, licence: environment.licence ?? null, id: environment.id, mode: environment.mode },
  };
}

/** The part of an environment with state that the dataset card counts. */
export interface CountedStateful {
  readonly language: string;
  readonly tools: number;
  readonly calls: number;
  /** Bonds between calls. */
  readonly dependencies: number;
  /** Goal assertions and answers. */
  readonly checks: number;
}

/** An environment as it is counted. */
export function countStateful(environment: StatefulEnvironment): CountedStateful {
  const { language, documents, gold, dependencies, goal, answers } = environment;
  return {
    language,
    tools: documents.length,
    calls: gold.length,
    dependencies: dependencies.length,
    checks: goal.length + answers.length,
  };
}
