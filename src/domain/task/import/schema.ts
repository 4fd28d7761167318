/** ASTRA's `tasks.jsonl` as it is read (method §4.4): the parsed rows, and the raw ones of its writer and its scorer. */
import { z } from 'zod';
import { AstraServerRow } from '../../tool-pool/schema.ts';

const QueryInfo = z.looseObject({
  generated_question: z.string().nullish(),
  target_tools: z.union([z.array(z.string()), z.string()]).nullish(),
  server_analysis: z.string().nullish(),
  augmented_query_info: z.looseObject({ augmented_question: z.string().nullish() }).nullish(),
  query_score_info: z.looseObject({ quality_scores: z.record(z.string(), z.json()).nullish() }).nullish(),
});

export const AstraTaskRow = z.looseObject({
  query_info: QueryInfo.nullish(),
  mcp_info: AstraServerRow,
  /** Raw rows: the writer's reply in tags. */
  response: z.string().nullish(),
});
export type AstraTaskRow = z.infer<typeof AstraTaskRow>;
