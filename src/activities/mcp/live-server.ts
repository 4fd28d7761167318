/**
 * A server that runs, in a state we can name: called, or brought one recorded call further. What it generates anew is
 * told in the words of the record, and the folder it works in by its placeholder.
 */
import { z } from 'zod';
import { canonicalJson } from '../../domain/ids.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import { brokenObservation, buildObservation, refusedObservation } from '../../domain/tool-call/observation.ts';
import type { Observation, ToolRequest } from '../../domain/tool-call/schema.ts';
import { withFolder, withoutFolder } from '../../domain/tool-call/state-folder.ts';
import {
  compareAnswers,
  type Drift,
  noTranslation,
  toLiveArguments,
  toRecordedJson,
  toRecordedText,
} from '../../domain/tool-call/translation.ts';
import { ToolServerError } from '../failures.ts';
import { isBrokenResult, wordsOfServer } from './classify-failure.ts';
import type { RecordedCall } from './contract.ts';
import type { Session } from './session.ts';

const Answer = z.looseObject({});
const Listed = z.looseObject({
  tools: z.array(z.looseObject({ name: z.string(), annotations: z.looseObject({}).optional() })),
});

export class LiveServer {
  readonly name: string;
  /** Where it stands; set by whoever carries calls out. */
  state: string;
  /** Who used it last. */
  episode: string;
  readonly #session: Session;
  #translation = noTranslation;
  /** The last answer in the server's own words. */
  #seen: Observation | undefined;
  #hints: ReadonlyMap<string, Record<string, unknown>> | undefined;

  constructor(session: Session, at: { readonly name: string; readonly state: string; readonly episode: string }) {
    this.#session = session;
    this.name = at.name;
    this.state = at.state;
    this.episode = at.episode;
  }

  /** Carries a call out. What the tool says, errors included, is an observation; fails with ToolServer.* otherwise. */
  async call(request: ToolRequest, signal?: AbortSignal): Promise<Observation> {
    const seen = await this.#ask(request, signal);
    this.#seen = seen;
    return {
      ...seen,
      text: toRecordedText(seen.text, this.#translation),
      // Still JSON.
      structured: toRecordedJson(seen.structured as Json, this.#translation) as Observation['structured'],
    };
  }

  /** Carries a recorded call out again. Fails with ToolServer.Drift where the answer is another one. */
  async replay(record: RecordedCall, signal?: AbortSignal): Promise<void> {
    const drift = await this.repeat(record, signal);
    // A tool that only reads leaves the state as it was, whatever it answers.
    if (drift !== undefined && !(await this.#hint(record.request.name, 'readOnlyHint'))) {
      throw driftError(`${this.name}: ${record.request.name}`, drift);
    }
  }

  /** Carries a recorded call out again; returns how the answer differs. */
  async repeat(record: RecordedCall, signal?: AbortSignal): Promise<Drift | undefined> {
    this.#seen = await this.#ask(record.request, signal);
    this.state = record.state;
    return this.disagreement(record.observation);
  }

  /** How the last answer differs from its record; where it differs by nature only, that is translated from now on. */
  disagreement(recorded: Observation): Drift | undefined {
    if (this.#seen === undefined) return undefined;
    const compared = compareAnswers(comparable(recorded), comparable(this.#seen), this.#translation);
    if (!compared.same) return compared.drift;
    this.#translation = compared.translation;
    return undefined;
  }

  /** Whether the server says of a tool that calling it twice does no more than calling it once. */
  async repeatable(tool: string): Promise<boolean> {
    return (await this.#hint(tool, 'readOnlyHint')) || (await this.#hint(tool, 'idempotentHint'));
  }

  close(): Promise<void> {
    return this.#session.close();
  }

  async #ask(request: ToolRequest, signal: AbortSignal | undefined): Promise<Observation> {
    const { client, folder, during } = this.#session;
    // Parsed by its schema, which knows JSON only.
    const said = toLiveArguments(request.arguments as JsonObject, this.#translation);
    const args = folder === undefined ? said : withFolder(said, folder);
    const call = { method: 'tools/call', params: { name: request.name, arguments: args } };
    try {
      const answer = await during(`calling ${request.name}`, (limits) => client.request(call, Answer, limits), signal);
      const result = answer as Json; // it came as JSON over the wire
      return buildObservation(folder === undefined ? result : withoutFolder(result, folder));
    } catch (error) {
      return this.#observed(error, folder);
    }
  }

  /** Errors that say nothing against the server: it lives on, and the agent is told. */
  #observed(error: unknown, folder: string | undefined): Observation {
    if (!(error instanceof ToolServerError)) throw error;
    if (error.kind === 'TooLarge') return brokenObservation('the result is too large to be read');
    const words = wordsOfServer(error);
    if (words !== undefined)
      return refusedObservation(folder === undefined ? words : words.replaceAll(folder, '${STATE}'));
    if (isBrokenResult(error)) return brokenObservation('the tool sent a result that cannot be read');
    throw error;
  }

  async #hint(tool: string, hint: 'readOnlyHint' | 'idempotentHint'): Promise<boolean> {
    this.#hints ??= await this.#askHints();
    return this.#hints.get(tool)?.[hint] === true;
  }

  async #askHints(): Promise<ReadonlyMap<string, Record<string, unknown>>> {
    const { client, during } = this.#session;
    const request = { method: 'tools/list', params: {} };
    const { tools } = await during('listing tools', (limits) => client.request(request, Listed, limits));
    return new Map(tools.map(({ name, annotations }) => [name, annotations ?? {}]));
  }
}

function comparable({ status, text, structured }: Observation): string {
  return `${status}\n${text}\n${canonicalJson(structured as Json)}`; // a structure is JSON by its schema
}

function driftError(call: string, { recorded, live }: Drift): ToolServerError {
  return new ToolServerError(
    'Drift',
    `${call} no longer answers as recorded: expected "${recorded}", got "${live}". Set "recordings: fresh" to ask it anew in every episode.`,
  );
}
