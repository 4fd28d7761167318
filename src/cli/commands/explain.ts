import { Command } from 'commander';
import { type Explanation, explain } from '../../activities/store/explain.ts';
import { type CommandContext, handle, type Terminal } from '../command-context.ts';
import { withDatabase } from '../database.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';

/** `astra explain ID` */
export function explainCommand(terminal: Terminal): Command {
  return new Command('explain')
    .argument(
      '<id>',
      'id of a run, question, instance, node (INSTANCE/n2), tool, server, graph, chain, task, variant, episode, environment, call or checkpoint (RUN/step-7)',
    )
    .description('what something came from, which calls and verdicts made it, and what was made from it')
    .action(handle(terminal, show));
}

async function show(context: CommandContext, _options: object, [id = '']: readonly string[]): Promise<ExitCode> {
  const explanation = await withDatabase(context.settings(), (pool) => explain(pool, id));
  context.output.result(explanation, text(explanation));
  return exitCodes.done;
}

function text(explanation: Explanation): string {
  const { id, kind, runs, facts, parents, children, verdicts, calls, workflow, conversation = [] } = explanation;
  const section = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
  return [
    `${kind} ${id}  (run ${runs.join(', ')})`,
    ...section(
      'facts',
      Object.entries(facts).map(([name, value]) => `${name}: ${brief(value)}`),
    ),
    ...section(
      'made from',
      parents.map((parent) => `${parent.relation} ${parent.id}`),
    ),
    ...section(
      'made from it',
      children.map((child) => `${child.relation} ${child.id}`),
    ),
    ...section('conversation', conversation.flatMap(turnLines)),
    ...section(
      'verdicts',
      verdicts.map((verdict) => `${verdict.of}: ${verdict.result} ${brief(verdict.detail)}`),
    ),
    ...section(
      'calls',
      calls.map(
        (call) =>
          `${call.prompt} (sample ${call.sample}, ${call.model}, prompt ${call.promptHash.slice(0, 8)}) ${call.key.slice(0, 16)} for ${call.subject}`,
      ),
    ),
    ...section('workflows', workflow),
  ].join('\n');
}

function turnLines({
  role,
  text: said,
  calls = [],
  answer,
}: NonNullable<Explanation['conversation']>[number]): string[] {
  const how = answer && [answer.source, answer.status, answer.problem, answer.injected].filter(Boolean).join(', ');
  const who = answer === undefined ? role : `${answer.callId} (${how})`;
  return [
    ...(said === '' ? [] : [`${who}: ${brief(said.replaceAll(/\s+/g, ' '))}`]),
    ...calls.map((call) => `${role} calls ${brief(call)}`),
  ];
}

function brief(value: unknown): string {
  const shown = typeof value === 'string' ? value : JSON.stringify(value);
  return shown.length > 200 ? `${shown.slice(0, 199)}…` : shown;
}
