/**
 * Package runners look into a registry at every start, which takes seconds, or a minute where there is no network. A
 * pinned package needs that once: the caches are tried first, then the start as it is written.
 */
import { basename } from 'node:path';
import type { Reach } from '../../domain/tool-pool/schema.ts';

const offlineVariables: Readonly<Record<string, readonly [name: string, value: string]>> = {
  npx: ['npm_config_offline', 'true'],
  uvx: ['UV_OFFLINE', '1'],
};

/** Variables to add for each try to start a server, in order; whoever sets one of them himself gets what he set. */
export function startVariants(reach: Reach, inherited: readonly string[]): readonly Readonly<Record<string, string>>[] {
  const [name, value] = (reach.kind === 'stdio' && offlineVariables[basename(reach.command)]) || [];
  if (name === undefined || value === undefined) return [{}];
  const own = reach.kind === 'stdio' ? Object.keys(reach.env) : [];
  const set = [...inherited, ...own].some((variable) => variable.toLowerCase() === name.toLowerCase());
  return set ? [{}] : [{ [name]: value }, {}];
}
