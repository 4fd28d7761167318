/**
 * Conversations for verl's multi-turn training (method §7.6), whose files are parquet. A parquet column of structures gives
 * every row the keys of all others, filled with nulls: parameters of foreign tools would be trained on. So what differs
 * from row to row is JSON text, and a reader of a few lines goes with the file.
 */
import { canonicalJson } from '../../ids.ts';
import type { Json } from '../../json.ts';
import type { ParquetColumn, ParquetRow } from '../parquet-column.ts';
import { episodeMeta, type JudgedEpisode } from './judged-episode.ts';

export const verlColumns: readonly ParquetColumn[] = [
  { name: 'messages', type: 'text' },
  { name: 'tools', type: 'text' },
  { name: 'enable_thinking', type: 'boolean' },
  { name: 'meta', type: 'text' },
];

/** Thinking is on where the agent's model thought. */
export function verlRow(judged: JudgedEpisode): ParquetRow {
  const { messages, tools } = judged.episode;
  return {
    messages: canonicalJson(messages as Json), // an episode was parsed from JSON
    tools: canonicalJson(tools as Json),
    enable_thinking: messages.some(
      (message) => message.role === 'assistant' && message.reasoning_content !== undefined,
    ),
    meta: canonicalJson(episodeMeta(judged)),
  };
}

/** The reader for verl, named by its options data.custom_cls.path and data.custom_cls.name. */
export const verlReader = `"""Reads verl-sft.parquet for verl: its columns hold JSON texts, so that no row gets the keys of another.

data.custom_cls.path=verl_sft_dataset.py data.custom_cls.name=AstraSFTDataset
"""
import json

import pandas as pd
from verl.utils.dataset.multiturn_sft_dataset import MultiTurnSFTDataset


class AstraSFTDataset(MultiTurnSFTDataset):
    def _read_files_and_process(self):
        super()._read_files_and_process()
        self.messages = self._parsed(self.messages_key)
        self.tools = self._parsed(self.tools_key)

    def _parsed(self, key):
        # A column of type object: pandas would make structures of it, with the keys of all rows in each.
        values = [json.loads(text) for text in self.dataframe[key]]
        self.dataframe[key] = pd.Series(values, index=self.dataframe.index, dtype=object)
        return values
`;
