/**
 * Environments as rows of other trainers (ours; after paper §3.3): verl reads parquet, NeMo Gym JSONL. A parquet column of
 * structures gives every row the keys of all others, so what differs from row to row is JSON text there.
 */
import { canonicalJson } from '../../ids.ts';
import type { Json, JsonObject } from '../../json.ts';
import type { ParquetColumn, ParquetRow } from '../parquet-column.ts';

/** The parts of an instance row that are read here. */
interface Instance {
  readonly id: string;
  readonly mode: string;
  readonly prompt: string;
  readonly tools: readonly { readonly name: string; readonly description: string; readonly parameters: Json }[];
  readonly domain: string;
  readonly replay_hash: string;
  readonly licence: string | null;
}

const text = (name: string): ParquetColumn => ({ name, type: 'text' });

export const verlRlColumns: readonly ParquetColumn[] = [
  text('data_source'),
  { name: 'prompt', type: 'structures', fields: [text('role'), text('content')] },
  text('ability'),
  { name: 'reward_model', type: 'structure', fields: [text('style'), text('ground_truth')] },
  {
    name: 'extra_info',
    type: 'structure',
    fields: [
      text('split'),
      { name: 'index', type: 'integer' },
      { name: 'need_tools_kwargs', type: 'boolean' },
      text('tools_kwargs'),
      text('tool_schema'),
      text('instance_id'),
    ],
  },
  text('agent_name'),
];

/** The row of an instance at its place in the file; the ground truth is the whole instance, sources of tools included. */
export function verlRlRow(row: JsonObject, index: number): ParquetRow {
  const instance = readInstance(row);
  const kwargs = instance.tools.map(({ name }) => [name, { create_kwargs: { instance_id: instance.id } }] as const);
  return {
    data_source: 'astra/environments',
    prompt: [{ role: 'user', content: instance.prompt }],
    ability: 'tool_use',
    reward_model: { style: 'rule', ground_truth: canonicalJson(row) },
    extra_info: {
      split: 'train',
      index,
      need_tools_kwargs: true,
      tools_kwargs: canonicalJson(Object.fromEntries(kwargs)),
      tool_schema: canonicalJson(
        instance.tools.map(({ name, description, parameters }) => ({
          type: 'function',
          function: { name, description, parameters },
        })),
      ),
      instance_id: instance.id,
    },
    agent_name: 'tool_agent',
  };
}

/** The request that a model gets, tools flat as the Responses API has them; beside it what a resources server needs. */
export function nemoGymRow(row: JsonObject): JsonObject {
  const { id, mode, prompt, tools, domain, replay_hash, licence } = readInstance(row);
  return {
    id,
    responses_create_params: {
      input: [{ role: 'user', content: prompt }],
      tools: tools.map(({ name, description, parameters }) => ({
        type: 'function',
        name,
        description,
        parameters,
        // Not every schema of ours is of the subset that strict mode takes.
        strict: false,
      })),
      parallel_tool_calls: mode !== 'stateful',
    },
    agent_ref: { type: 'responses_api_agents', name: 'simple_agent' },
    instance_id: id,
    domain,
    replay_hash,
    licence,
    instance: row,
  };
}

function readInstance(row: JsonObject): Instance {
  // The writer of instance rows is the file beside this one.
  return row as unknown as Instance;
}
