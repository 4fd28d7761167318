/**
 * Which model serves a role (ours): the role's own settings over `models.default` over these defaults.
 */
import type { ModelRole, ResolvedModel, RunConfig } from './schema.ts';

/** Sampling defaults of the method (§1.2); judges decide at temperature 0, writers at 1. */
const defaults = {
  model: 'default',
  apiKeyEnv: 'OPENAI_API_KEY',
  topP: 0.95,
  maxTokens: 16_384,
  structuredOutput: 'auto',
  price: { promptPerMillion: 0, completionPerMillion: 0 },
  concurrency: 16,
  timeoutSeconds: 600,
  extraBody: {},
} as const;

/** The settings of one role, every field decided; an empty `baseUrls` means the worker's OPENAI_BASE_URL. */
export function resolveModel(config: RunConfig, role: ModelRole): ResolvedModel {
  const own = config.models[role] ?? {};
  const { baseUrl, ...rest } = { ...withoutUndefined(config.models.default), ...withoutUndefined(own) };
  return {
    ...defaults,
    temperature: role === 'judge' ? 0 : 1,
    ...rest,
    role,
    baseUrls: baseUrl === undefined ? [] : typeof baseUrl === 'string' ? [baseUrl] : baseUrl,
  };
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(settings: T): Defined<T> {
  // Object.fromEntries forgets the keys' types; dropping entries changes no value.
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as Defined<T>;
}
