/**
 * Conversations in the shape of ASTRA's rollouts and of ASTRA-SFT-1k (method §5.1, §7.6): one message per call, no ids,
 * results told apart by the name of their tool.
 */
import { z } from 'zod';
import { AnyTool } from '../../tool-pool/schema.ts';

const Content = z.string().nullish();

export const QwenMessage = z.discriminatedUnion('role', [
  z.looseObject({ role: z.literal('system'), content: Content }),
  z.looseObject({ role: z.literal('user'), content: Content }),
  z.looseObject({
    role: z.literal('assistant'),
    content: Content,
    reasoning_content: Content,
    function_call: z
      .looseObject({ name: z.string(), arguments: z.union([z.string(), z.record(z.string(), z.json())]) })
      .nullish(),
  }),
  z.looseObject({ role: z.literal('function'), name: z.string(), content: Content }),
]);
export type QwenMessage = z.infer<typeof QwenMessage>;

/** A row once the columns that are JSON texts are read. */
export const QwenRow = z.looseObject({
  id: z.union([z.string().min(1), z.int()]).optional(),
  trajectory: z.array(QwenMessage),
  query_info: z
    .looseObject({
      target_tools: z.array(z.string()).nullish(),
      /** Ours: a task whose tools are missing. */
      expects: z.enum(['calls', 'no_call']).optional(),
    })
    .nullish(),
  mcp_info: z.looseObject({ base_info: z.looseObject({ tool_list: z.array(AnyTool) }) }).nullish(),
});
export type QwenRow = z.infer<typeof QwenRow>;
