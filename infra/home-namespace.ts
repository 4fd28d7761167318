/** The Temporal namespace of a home's embedded server: its own, so that another home's server refuses its workers. */
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type { StackFile } from '../src/config/stack-file.ts';

/**
 * What `TEMPORAL_NAMESPACE` names; else the one that holds the home's runs so far, for which `before` is asked; else
 * `astra-` and eight hexadecimal digits of the home's path.
 */
export function homeNamespace(home: string, env: NodeJS.ProcessEnv, before: StackFile['temporal']): string {
  // A server of somebody else's, which the last start was pointed to, has no page of ours and holds no runs of this home's server.
  const known = before?.ui === undefined ? undefined : before.namespace;
  return env['TEMPORAL_NAMESPACE'] || known || `astra-${digest(resolve(home))}`;
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);
