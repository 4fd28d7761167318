/**
 * The environments of the learning proof: made anew by the pipeline under a seed of their own, and measured on none whose
 * template occurs in the bundled set, which the configuration was chosen on.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Pool } from 'pg';
import { eachResult } from '../../src/activities/store/audit-data.ts';
import { loadRunConfig } from '../../src/config/load.ts';
import { Environment } from '../../src/domain/environment/schema.ts';
import { canonicalJson, hashText } from '../../src/domain/ids.ts';
import { splitSubject } from '../../src/domain/rl/held-out-split.ts';
import { RunConfig } from '../../src/domain/run/schema.ts';
import { heldOutDomain } from './variants.ts';

const configs = join(import.meta.dirname, '../../configs');

/** Not the seed of the bundled set; more questions of the other world, since known templates fall out. */
const tasksSeed = 23;
const heldOutQuestions = 90;

export const tasksRun = 'trial-tasks';

export interface TaskFile {
  readonly file: string;
  readonly sha256: string;
  readonly training: number;
  /** Candidates to be measured on: the runs leave out those that share a template or a name with training. */
  readonly candidates: number;
  readonly knownTemplates: number;
}

/** The configuration that makes them: configs/learning.yaml with another seed. */
export function tasksConfig(): RunConfig {
  const config = loadRunConfig(join(configs, 'learning.yaml'));
  const { environments } = config;
  if (environments === undefined) throw new Error('configs/learning.yaml makes no environments');
  const sources = environments.sources.map((source) =>
    source.mode === 'domain' && source.domain === heldOutDomain ? { ...source, repeats: heldOutQuestions } : source,
  );
  return RunConfig.parse({ ...config, seed: tasksSeed, environments: { ...environments, sources } });
}

/** Writes what the run made into the home, without the held-out environments of known templates. */
export async function writeTasks(pool: Pool, home: string): Promise<TaskFile> {
  const known = bundledTemplates();
  const lines: string[] = [];
  const counts = { training: 0, candidates: 0, knownTemplates: 0 };
  for await (const { value } of eachResult(pool, tasksRun, 'instance')) {
    const subject = splitSubject(Environment.parse(value));
    const trains = subject.domain !== heldOutDomain;
    const met = !trains && known.has(subject.template);
    counts[trains ? 'training' : met ? 'knownTemplates' : 'candidates']++;
    if (!met) lines.push(`${canonicalJson(value)}\n`);
  }
  const folder = join(home, 'learning');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'environments.jsonl');
  const text = lines.join('');
  writeFileSync(file, text);
  return { file, sha256: hashText(text), ...counts };
}

function bundledTemplates(): ReadonlySet<string> {
  const text = gunzipSync(readFileSync(join(configs, 'data/learning-environments.jsonl.gz'))).toString();
  const rows = text.trim().split('\n');
  return new Set(rows.map((row) => splitSubject(Environment.parse(JSON.parse(row))).template));
}
