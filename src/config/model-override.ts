/** OPENAI_MODEL (ours): one model for every role, whatever the file says. */
import { ModelRole, type RunConfig } from '../domain/run/schema.ts';

/** The configuration with one model name in all roles; unchanged for an absent or empty name. */
export function withModel(config: RunConfig, model: string | undefined): RunConfig {
  if (model === undefined || model === '') return config;
  const roles = ModelRole.options.flatMap((role) => {
    const own = config.models[role];
    return own === undefined ? [] : [[role, { ...own, model }]];
  });
  return {
    ...config,
    models: { ...config.models, ...Object.fromEntries(roles), default: { ...config.models.default, model } },
  };
}
