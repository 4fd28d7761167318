/** The files a run is exported as (ours; method §8.6 for the ASTRA row): names and what is in them. */

import { shareGptInfo } from './episodes/share-gpt-row.ts';
import { verlReader } from './episodes/verl-row.ts';

export const exportFormats = [
  'astra',
  'openai-tools',
  'environments',
  'stateful',
  'candidates',
  'decompositions',
  'astra-environments',
  'astra-servers',
  'astra-sub-chains',
  'astra-chains',
  'sft-messages',
  'verl-sft',
  'sharegpt',
  'astra-sft',
  'trajectories',
  'atif',
  'traces',
  'tasks',
  'recordings',
  'verifiers',
  'openenv',
  'nemo-gym',
  'verl-rl',
  'card',
] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** What a run was configured to make. */
export interface MadeParts {
  readonly environments: boolean;
  /** Environments with state. */
  readonly scenarios: boolean;
  readonly trajectories: boolean;
}

/** Written when nobody asks for others; environments with state have a file of their own. */
export function defaultFormats({ environments, scenarios, trajectories }: MadeParts): readonly ExportFormat[] {
  return [
    ...(environments ? (['astra', 'openai-tools'] as const) : []),
    ...(trajectories ? (['sft-messages', 'trajectories'] as const) : []),
    'card',
    ...(scenarios ? (['stateful'] as const) : []),
  ];
}

/** File name of each format, below the folder of the export. A persisted interface. */
export const exportFiles: Readonly<Record<ExportFormat, string>> = {
  astra: 'astra-rl.jsonl',
  'openai-tools': 'openai-tools.jsonl',
  environments: 'environments.jsonl',
  stateful: 'stateful.jsonl',
  candidates: 'candidates.jsonl',
  decompositions: 'decompositions.jsonl',
  'astra-environments': 'astra-environments.jsonl',
  'astra-servers': 'mcp_servers.jsonl',
  'astra-sub-chains': '3_sub_chains.jsonl',
  'astra-chains': '4_verified_output.jsonl',
  'sft-messages': 'sft-messages.jsonl',
  'verl-sft': 'verl-sft.parquet',
  sharegpt: 'sharegpt.jsonl',
  'astra-sft': 'astra-sft.jsonl',
  trajectories: 'trajectories.jsonl',
  atif: 'atif.jsonl',
  traces: 'traces.jsonl',
  tasks: 'tasks.jsonl',
  recordings: 'recordings.jsonl',
  verifiers: 'verifiers/astra_environments/instances.jsonl',
  openenv: 'openenv/astra_env/server/instances.jsonl',
  'nemo-gym': 'nemo-gym.jsonl',
  'verl-rl': 'verl-rl/verl-rl.parquet',
  card: 'README.md',
};

/** A file that a format needs beside its own: what reads it, or says how it is read. */
export interface CompanionFile {
  readonly name: string;
  readonly text: string;
}

export function companionOf(format: ExportFormat): CompanionFile | undefined {
  if (format === 'verl-sft') return { name: 'verl_sft_dataset.py', text: verlReader };
  if (format !== 'sharegpt') return undefined;
  return { name: 'dataset_info.json', text: `${JSON.stringify(shareGptInfo(exportFiles.sharegpt), null, 2)}\n` };
}
