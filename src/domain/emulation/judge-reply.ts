/**
 * May an answer of the emulator stand (method §5.3)? Result and changes are proposals; each rule that refuses one has a
 * name. In the original any text is an answer.
 */
import type { JsonObject } from '../json.ts';
import type { Problem } from '../prompt/spec.ts';
import type { PoolServer, PoolTool } from '../tool-pool/schema.ts';
import { applyChanges } from './changes.ts';
import { deniedEntities, forgottenEntities } from './consistency.ts';
import { outputSchema, resultProblems } from './output-schema.ts';
import { isReadingTool } from './reading-call.ts';
import type { EmulateFacts, EmulateReply } from './schema.ts';

/** Everything that is wrong with an answer; empty when it may become the next state. */
export function emulationProblems(reply: EmulateReply, { server, state, request, output }: EmulateFacts): Problem[] {
  const tool = toolOf(server, request.name);
  const { world, problems } = applyChanges(state, reply.state_patch);
  const args = request.arguments as JsonObject; // validated as JSON
  return [
    ...(reply.is_error ? [] : named('result_off_schema', resultProblems(outputSchema(tool, output), reply.result))),
    ...(emptyText(reply) ? named('result_off_schema', ['result is empty: say what the tool would say']) : []),
    ...named('patch_invalid', problems),
    ...named('error_changes_state', changesOfError(reply)),
    ...named('read_changes_state', changesOfReading(tool, reply)),
    ...named('entity_forgotten', forgottenEntities(world, reply.result)),
    ...named('entity_forgotten', deniedEntities(state, args, reply)),
  ];
}

/** The tool of a call; throws for a name that the server does not have, which no validated call can carry. */
export function toolOf({ name: server, tools }: PoolServer, name: string): PoolTool {
  const tool = tools.find((one) => one.name === name);
  if (tool === undefined) throw new RangeError(`${server} has no tool "${name}"`);
  return tool;
}

function changesOfError({ is_error: isError, state_patch: changes }: EmulateReply): string[] {
  return isError && changes.length > 0 ? ['an error changes nothing: state_patch must be empty'] : [];
}

function changesOfReading(tool: PoolTool, { state_patch: changes }: EmulateReply): string[] {
  const written = changes.find(({ op }) => op !== 'reveal');
  return written !== undefined && isReadingTool(tool)
    ? [`${tool.name} only reads: it may reveal what was there all along, not ${written.op} anything`]
    : [];
}

function emptyText({ is_error: isError, result }: EmulateReply): boolean {
  return isError && (result === null || (typeof result === 'string' && result.trim() === ''));
}

function named(rule: string, details: readonly string[]): Problem[] {
  return details.map((detail) => ({ rule, detail: detail.slice(0, 400) }));
}
