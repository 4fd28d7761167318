/** The files a run is exported as (ours; method §8.6 for the ASTRA row): names and what is in them. */

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
  'card',
] as const;
export type ExportFormat = (typeof exportFormats)[number];

const commonFormats: readonly ExportFormat[] = ['astra', 'openai-tools', 'card'];

/** Written when nobody asks for others; environments with state have a file of their own. */
export function defaultFormats(hasScenarios: boolean): readonly ExportFormat[] {
  return hasScenarios ? [...commonFormats, 'stateful'] : commonFormats;
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
  card: 'README.md',
};
