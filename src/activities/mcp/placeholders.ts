/**
 * `${NAME}` in commands, arguments and headers: STATE is the scratch folder, every other name a variable of the worker.
 * Variables of ours are never handed on, whatever a configuration asks for.
 */
import { ToolServerError } from '../failures.ts';

export type ReadVariable = (name: string) => string | undefined;

/** Names that belong to us or to the user's account with a provider. */
const ours = /^(OPENAI|ANTHROPIC|AZURE|TEMPORAL|DATABASE|POSTGRES|PG|ASTRA|AWS|GOOGLE)(_|$|HOST|PASS)/i;

/** The text with its placeholders filled in; fails with ToolServer.Config for a variable that is not set, or is ours. */
export function fillPlaceholders(text: string, state: string, read: ReadVariable): string {
  return text.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_whole, name: string) => {
    if (name === 'STATE') return state;
    if (ours.test(name))
      throw new ToolServerError('Config', `"\${${name}}" is a variable of ours: no tool server gets it`);
    const value = read(name);
    if (value !== undefined) return value;
    throw new ToolServerError('Config', `"\${${name}}" is not set: export ${name}=… before the worker starts`);
  });
}

const wanted =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_[A-Z]+|TZ|TERM|XDG_CACHE_HOME|(no|https?|all)_proxy|SSL_CERT_(FILE|DIR)|NODE_EXTRA_CA_CERTS|npm_config_\w+|UV_\w+|PIP_\w+)$/i;
const secret = /(auth|token|password|passwd|secret|key|credential)/i;

/** What a server inherits: where programs and caches are, never anything that sounds like a secret. */
export function inheritedVariables(names: readonly string[], read: ReadVariable): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = wanted.test(name) && !secret.test(name) ? read(name) : undefined;
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
