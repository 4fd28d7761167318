/**
 * Environments from anywhere in one shape (method §8.4 to §8.6): candidate rows, ASTRA's env_result rows, ASTRA-RL rows
 * with and without our gold calls. Nothing is repaired on the way; what a row lacks is said, and a foreign id is kept.
 */
import type { RawAnswer } from '../answer/schema.ts';
import type { Json } from '../json.ts';
import { type AstraRlRow, EnvironmentRow } from './import/schema.ts';
import type { ToolCall, ToolDocument } from './schema.ts';

/** One tool use as a row claims it. */
export interface ClaimedTool {
  /** Where it stands in the row, for example "node 2" or "tool get_rate". */
  readonly place: string;
  /** Id of the node; absent in rows that name none. */
  readonly nodeId?: string;
  readonly question: string;
  readonly known: readonly { readonly question: string; readonly answer: string }[];
  /** Absent: a tool that no question uses, baked in beside the gold tools. */
  readonly answer?: RawAnswer;
  /** A statement still has to be parsed; absent: the row names no call, so the tool cannot be replayed. */
  readonly call?: ToolCall | { readonly statement: string };
  readonly document: ToolDocument;
  readonly code: string;
}

export interface ImportedEnvironment {
  readonly sourceId: string;
  readonly shape: 'candidate' | 'env_result' | 'astra_rl';
  readonly question: string;
  readonly tools: readonly ClaimedTool[];
  /** What keeps the row as a whole from being proven, as rule and detail. */
  readonly problems: readonly { readonly rule: string; readonly detail: string }[];
}

export type ReadEnvironment =
  | { readonly ok: true; readonly environment: ImportedEnvironment }
  | { readonly ok: false; readonly detail: string };

/** Recognises the shape by its fields; says what is wrong where when a row fits none. `position` names rows without id. */
export function readEnvironment(row: Json, position: number): ReadEnvironment {
  const parsed = EnvironmentRow.safeParse(row);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { ok: false, detail: `at ${issue?.path.map(String).join('.') || 'the top level'}: ${issue?.message}` };
  }
  const { data } = parsed;
  const sourceId = String(data.id ?? data.uuid ?? `row-${position}`);
  switch (data.shape) {
    case 'candidate':
      return {
        ok: true,
        environment: { ...candidateTools(data.nodes), sourceId, shape: data.shape, question: data.question },
      };
    case 'env_result':
      return {
        ok: true,
        environment: { ...resultTools(data), sourceId, shape: data.shape, question: data.main_question },
      };
    case 'astra_rl':
      return { ok: true, environment: { ...rlTools(data), sourceId, shape: data.shape, question: promptText(data) } };
  }
}

type Parsed = Pick<ImportedEnvironment, 'tools' | 'problems'>;
type Of<Shape extends EnvironmentRow['shape']> = Extract<EnvironmentRow, { shape: Shape }>;

function candidateTools(nodes: Of<'candidate'>['nodes']): Parsed {
  const byId = new Map(nodes.map((node) => [String(node.id), node]));
  const dangling = nodes.flatMap((node) => (node.dependencies ?? []).filter((id) => !byId.has(String(id))));
  const tools = nodes.flatMap((node): ClaimedTool[] => {
    if (node.tool === null) return [];
    const known = (node.dependencies ?? []).flatMap((id) => byId.get(String(id)) ?? []);
    return [{ ...claim(node, known), ...node.tool }];
  });
  const problems = [
    ...(byId.size < nodes.length ? [{ rule: 'nodes', detail: 'two nodes have one id' }] : []),
    ...(dangling.length > 0
      ? [{ rule: 'nodes', detail: `dependencies on unknown nodes: ${dangling.join(', ')}` }]
      : []),
    ...(tools.length === 0 ? [{ rule: 'tools', detail: 'no node has a tool' }] : []),
  ];
  return { tools, problems };
}

function resultTools(row: Of<'env_result'>): Parsed {
  const nodes = row.decomposition_trace.map((node) => ({
    id: node._uuid,
    sub_question: node.sub_question,
    answer: node.sub_answer,
    dependencies: node.dependency ?? [],
    necessary: node.tool_necessity !== false,
  }));
  const byId = new Map(nodes.map((node) => [String(node.id), node]));
  const tools: ClaimedTool[] = [];
  const problems: { rule: string; detail: string }[] = [];
  for (const node of nodes) {
    const result = row.env_result[String(node.id)] ?? null;
    if (result === null) {
      // In ASTRA's files null means both "no tool needed" and "failed": only the necessity flag tells them apart.
      if (node.necessary) problems.push({ rule: 'node_failed', detail: `node ${node.id} needs a tool and has none` });
      continue;
    }
    const { tool_document, tool_call_statement, code } = result.env_synthesis_result.data;
    const known = node.dependencies.flatMap((id) => byId.get(String(id)) ?? []);
    tools.push({ ...claim(node, known), call: { statement: tool_call_statement }, document: tool_document, code });
  }
  if (tools.length === 0) problems.push({ rule: 'tools', detail: 'no node has a tool' });
  return { tools, problems };
}

function claim(
  node: { readonly id: string | number; readonly sub_question: string; readonly answer: RawAnswer },
  known: readonly { readonly sub_question: string; readonly answer: RawAnswer }[],
): Pick<ClaimedTool, 'place' | 'nodeId' | 'question' | 'known' | 'answer'> {
  return {
    place: `node ${node.id}`,
    nodeId: String(node.id),
    question: node.sub_question,
    known: known.map((pair) => ({ question: pair.sub_question, answer: textOf(pair.answer) })),
    answer: node.answer,
  };
}

function rlTools(row: AstraRlRow): Parsed {
  const names = row.tool_schema.map((entry) => entry.function.name);
  const repeated = [...new Set(names.filter((name, at) => names.indexOf(name) !== at))];
  const question = promptText(row);
  const tools = row.tool_schema.flatMap((entry) => rlTool(row, entry.function, question));
  const lacking = Object.keys(row.sub_qa_dict).filter(
    (name) => !names.includes(name) || row.tool_dict[name] === undefined,
  );
  return {
    tools,
    problems: [
      ...repeated.map((name) => ({
        rule: 'unique_names',
        detail: `two tools have the name ${name}: one implementation is lost`,
      })),
      ...lacking.map((name) => ({ rule: 'tools', detail: `the gold tool ${name} has no schema or no code` })),
      ...(row.gold_calls === undefined
        ? [{ rule: 'replay', detail: 'the row has no gold_calls: its gold answers cannot be replayed' }]
        : []),
    ],
  };
}

/** One entry per gold answer; a tool with calls takes its answers from them. */
function rlTool(row: AstraRlRow, document: ToolDocument, question: string): ClaimedTool[] {
  const code = row.tool_dict[document.name];
  if (code === undefined) return [];
  const base = { question, known: knownOf(row), document, code };
  const calls = (row.gold_calls ?? []).filter((call) => call.tool === document.name);
  if (calls.length > 0) {
    return calls.map((call) => ({
      ...base,
      question: call.question ?? question,
      place: `tool ${document.name}, node ${call.node_id ?? '?'}`,
      answer: call.gold,
      call: { name: call.tool, arguments: call.arguments },
    }));
  }
  const answers = row.sub_qa_dict[document.name];
  if (answers === undefined) return [{ ...base, place: `tool ${document.name} (no gold answer)` }];
  return answers.map((answer) => ({ ...base, place: `tool ${document.name}`, answer }));
}

/** Earlier answers are what later calls are made from; the row does not say which. */
function knownOf(row: AstraRlRow): { question: string; answer: string }[] {
  return Object.values(row.sub_qa_dict)
    .flat()
    .map((answer) => ({ question: '', answer: textOf(answer) }));
}

function promptText(row: AstraRlRow): string {
  return row.prompt.map((message) => message.content).join('\n');
}

function textOf(answer: RawAnswer): string {
  return Array.isArray(answer) ? answer.map(String).join(', ') : String(answer);
}
