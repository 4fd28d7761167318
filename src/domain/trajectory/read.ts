/**
 * A row of a file as a conversation (ours; method §6): its shape is read, then its structure is held against the rules.
 * The original read one object without looking at it, so a lost answer shifted every judgement after it.
 */
import type { Json } from '../json.ts';
import { readQwenRow } from './qwen/read-row.ts';
import { type Call, type Message, type MessageRow, type ShownTool, type Trajectory, TrajectoryRow } from './schema.ts';
import { type StructureRule, structureProblem } from './structure.ts';

export type ReadTrajectory =
  | { readonly ok: true; readonly trajectory: Trajectory }
  | {
      readonly ok: false;
      readonly id: string;
      readonly rule: 'not_a_trajectory' | StructureRule;
      readonly detail: string;
    };

/**
 * The conversation, or the first rule that the row breaks; `position` (from 1) names a row without id. Rows are OpenAI
 * messages, or ASTRA's rollouts (a column `trajectory`).
 */
export function readTrajectory(row: Json, position: number): ReadTrajectory {
  const rollout = readQwenRow(row);
  if (rollout?.ok === false) return refused(row, position, `of a rollout: ${rollout.detail}`);
  const parsed = TrajectoryRow.safeParse(rollout?.row ?? row);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return refused(row, position, `at ${issue?.path.map(String).join('.') || 'the top level'}: ${issue?.message}`);
  }
  const trajectory = toTrajectory(parsed.data, position);
  const problem = structureProblem(trajectory.messages);
  return problem === undefined ? { ok: true, trajectory } : { ok: false, id: trajectory.id, ...problem };
}

function refused(row: Json, position: number, detail: string): ReadTrajectory {
  return { ok: false, id: ownId(row, position), rule: 'not_a_trajectory', detail };
}

function toTrajectory(row: TrajectoryRow, position: number): Trajectory {
  const { id = `row-${position}`, environment, tools, messages, expects } = row;
  return {
    id: String(id),
    environment: environment === undefined ? null : String(environment),
    tools: tools?.map(toTool) ?? null,
    messages: messages.map(toMessage),
    expects: expects ?? null,
  };
}

function toTool({ function: shown }: NonNullable<TrajectoryRow['tools']>[number]): ShownTool {
  return { name: shown.name, description: shown.description ?? '', parameters: shown.parameters ?? {} };
}

function ownId(row: Json, position: number): string {
  const id: unknown =
    typeof row === 'object' && row !== null && !Array.isArray(row) ? Reflect.get(row, 'id') : undefined;
  return typeof id === 'string' || typeof id === 'number' ? String(id) : `row-${position}`;
}

function toMessage(row: MessageRow): Message {
  const content = contentOf(row);
  switch (row.role) {
    case 'system':
    case 'user':
      return { role: row.role, content };
    case 'assistant':
      return { role: 'assistant', content, calls: (row.tool_calls ?? []).map(toCall) };
    case 'tool':
      return {
        role: 'tool',
        content,
        callId: row.tool_call_id,
        ...(row.failure === undefined ? {} : { failure: row.failure }),
      };
  }
}

function contentOf({ content }: MessageRow): string {
  if (Array.isArray(content)) return content.map((part) => part.text).join('\n');
  return content ?? '';
}

type CallRow = NonNullable<Extract<MessageRow, { role: 'assistant' }>['tool_calls']>[number];

function toCall({ id, function: called }: CallRow): Call {
  const given = called.arguments;
  const written = typeof given === 'string' ? given : JSON.stringify(given);
  return { id, name: called.name, arguments: typeof given === 'string' ? parseArguments(given) : given, written };
}

/** Some endpoints write nothing at all for a call without arguments. */
function parseArguments(text: string): Call['arguments'] {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    // What JSON.parse returns is JSON; this one is an object.
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Call['arguments']) : null;
  } catch {
    return null;
  }
}
