import type { Json } from '../../domain/json.ts';
import { refusedCall } from './call-outcome.ts';
import type { CallOptions, Sandbox } from './contract.ts';
import type { EpisodeShelf } from './episode-shelf.ts';
import { callRequest, episodeRequest, loadRequest, toWire } from './http-wire.ts';
import { runCode, runCodeRequest } from './run-code.ts';

export type RouteGround = { sandbox: Sandbox; shelf: EpisodeShelf };

/** What each endpoint does with its parsed JSON body. A TypeError, RangeError or ZodError is the client's doing. */
export const routes: Record<string, (ground: RouteGround, body: unknown) => Promise<unknown>> = {
  'GET /v1/info': ({ sandbox }) => Promise.resolve(sandbox.info()),
  'POST /v1/load': async ({ sandbox }, body) => {
    const { hash, error } = await sandbox.load(loadRequest.parse(body).source);
    return { hash, ...(error ? { error } : {}) };
  },
  'POST /v1/call': ({ sandbox }, body) => callBatch(sandbox, body),
  'POST /v1/episode': (ground, body) => episodeStep(ground, body),
  'POST /run_code': ({ sandbox }, body) => runCode(sandbox, runCodeRequest.parse(body)),
};

async function callBatch(sandbox: Sandbox, body: unknown) {
  const { sources, calls } = callRequest.parse(body);
  const results: ReturnType<typeof toWire>[] = [];
  const groups = Map.groupBy(
    calls.map((call, index) => ({ ...call, index })),
    ({ env }) => env,
  );
  const group = async (hash: string, members: { fn: string; args: Json; options: CallOptions; index: number }[]) => {
    const source = sources[hash];
    if (source === undefined) throw new TypeError(`a call names the environment ${hash}, whose source was not sent`);
    const ended = await sandbox.callMany({ hash, source }, members);
    ended.forEach((result, place) => {
      results[members[place]?.index ?? -1] = toWire(result);
    });
  };
  await Promise.all([...groups].map(([hash, members]) => group(hash, members)));
  return { results };
}

async function episodeStep({ sandbox, shelf }: RouteGround, body: unknown) {
  const { source, options, log, next } = episodeRequest.parse(body);
  const env = await sandbox.load(source);
  if (env.error) return { result: toWire(refusedCall(env.error)), hash: '', log };
  const key = { envHash: env.hash, options };
  const episode = shelf.take({ ...key, log }) ?? (await sandbox.open(env, { ...options, log }));
  try {
    const result = next ? toWire(await episode.call(next.fn, next.args)) : null;
    const state = await episode.state();
    shelf.put({ ...key, log: state.log }, episode);
    return { result, ...state };
  } catch (error) {
    episode.close();
    throw error;
  }
}
