/**
 * The four shapes environments come in (method §8.4 to §8.6), each marked with its name when it is read. Columns that
 * hold JSON in a string are opened here, and ASTRA's tool documents may be objects or JSON strings.
 */
import { z } from 'zod';
import { RawAnswer } from '../../answer/schema.ts';
import { candidateRow } from '../../export/environment-rows.ts';
import { CandidateRow, Environment, ToolDocument } from '../schema.ts';

const Id = z.union([z.string(), z.int()]);

/** A value that may come as JSON text. */
function opened<T extends z.ZodType>(schema: T) {
  return z.preprocess((value, context) => {
    if (typeof value !== 'string') return value;
    try {
      const parsed: unknown = JSON.parse(value);
      return parsed;
    } catch {
      context.issues.push({ code: 'custom', message: 'is a string that is no JSON', input: value });
      return z.NEVER;
    }
  }, schema);
}

const Candidate = CandidateRow.transform((row) => ({ ...row, shape: 'candidate' as const, uuid: undefined }));

/** Our own exported rows: a merged tool stands once and serves several nodes. */
const Own = Environment.transform((environment) => Candidate.parse(candidateRow(environment)));

const EnvResult = z
  .looseObject({
    id: Id.optional(),
    uuid: Id.optional(),
    main_question: z.string(),
    decomposition_trace: z
      .array(
        z.looseObject({
          _uuid: Id,
          sub_question: z.string(),
          sub_answer: RawAnswer,
          dependency: z.array(Id).nullable().optional(),
          tool_necessity: z.boolean().optional(),
        }),
      )
      .min(1),
    env_result: z.record(
      z.string(),
      z
        .looseObject({
          env_synthesis_result: z.looseObject({
            data: z.looseObject({
              tool_document: opened(ToolDocument),
              tool_call_statement: z.string(),
              code: z.string(),
            }),
          }),
        })
        .nullable(),
    ),
  })
  .transform((row) => ({ ...row, shape: 'env_result' as const }));

const AstraRl = z
  .looseObject({
    id: Id.optional(),
    uuid: Id.optional(),
    prompt: opened(z.array(z.looseObject({ role: z.string(), content: z.string() })).min(1)),
    tool_schema: opened(z.array(z.looseObject({ function: ToolDocument })).min(1)),
    tool_dict: opened(z.record(z.string(), z.string())),
    sub_qa_dict: opened(z.record(z.string(), z.array(RawAnswer))),
    gold_calls: opened(
      z.array(
        z.looseObject({
          node_id: Id.optional(),
          /** The sub-question; without it only the main question says what a call may be made from. */
          question: z.string().optional(),
          tool: z.string(),
          arguments: z.record(z.string(), z.json()),
          gold: RawAnswer,
        }),
      ),
    ).optional(),
  })
  .transform((row) => ({ ...row, shape: 'astra_rl' as const }));
export type AstraRlRow = z.infer<typeof AstraRl>;

/** The shape by the field that only it has. */
function shapeOf(has: (key: string) => boolean) {
  if (has('env_result')) return EnvResult;
  if (has('tool_schema')) return AstraRl;
  if (has('replayHash')) return Own;
  return has('nodes') ? Candidate : undefined;
}

/** A row of any of the shapes. */
export const EnvironmentRow = z.unknown().transform((row, context) => {
  const has = (key: string): boolean => typeof row === 'object' && row !== null && key in row;
  const shape = shapeOf(has);
  if (shape === undefined) {
    const message =
      'is no environment: expected "nodes" (candidate), "replayHash" (ours), "env_result" (ASTRA) or "tool_schema" (ASTRA-RL)';
    context.issues.push({ code: 'custom', message, input: row });
    return z.NEVER;
  }
  const parsed = shape.safeParse(row);
  if (parsed.success) return parsed.data;
  context.issues.push(
    ...parsed.error.issues.map((issue) => ({
      code: 'custom' as const,
      message: issue.message,
      path: issue.path,
      input: row,
    })),
  );
  return z.NEVER;
});
export type EnvironmentRow = z.infer<typeof EnvironmentRow>;
