/** Postgres, Temporal and teacher of a stack: found running, taken from the environment, or started. */
import { join } from 'node:path';
import { homeNamespace } from './home-namespace.ts';
import { spawnPart, waitUntilReady } from './part-process.ts';
import { choosePort } from './ports.ts';
import { startPostgres } from './postgres.ts';
import { type Change, checkout, endPart, logOf, portOf, runningPart, save } from './stack-change.ts';
import { prepareOutsideTemporal } from './stack-environment.ts';
import { findTemporalCli } from './temporal-cli.ts';
import { startTemporalServer, waitUntilTemporalServes } from './temporal-server.ts';

export async function ensurePostgres(change: Change): Promise<void> {
  const { home, state, outside } = change;
  if (outside.postgres !== undefined) {
    await endPart(change, 'postgres');
    state.postgres = outside.postgres;
    return save(change);
  }
  const before = runningPart(state, 'postgres');
  const ports = [state.postgres?.dataFolder === undefined ? 0 : portOf(state.postgres.url), 5432];
  const server = await startPostgres({ home, logFile: logOf(home, 'postgres'), detached: true, ports });
  state.postgres = { url: server.url, dataFolder: server.dataFolder };
  state.processes['postgres'] = server.process;
  save(change);
  if (before === undefined) change.note(`Postgres serves, data in ${server.dataFolder}`);
}

export async function ensureTemporal(change: Change): Promise<void> {
  const { home, env, state, outside } = change;
  const cli = findTemporalCli(env);
  state.cli = cli === undefined ? {} : { temporal: cli };
  if (outside.temporal !== undefined) {
    await endPart(change, 'temporal');
    await prepareOutsideTemporal(env, change.note);
    state.temporal = outside.temporal;
    return save(change);
  }
  const running = runningPart(state, 'temporal');
  const logFile = logOf(home, 'temporal');
  const namespace = homeNamespace(home, env, state.temporal);
  if (running !== undefined && state.temporal !== undefined) {
    state.temporal = { ...state.temporal, namespace };
    save(change);
    return waitUntilTemporalServes({ ...state.temporal, process: running }, logFile);
  }
  await startTemporalServer({
    logFile,
    databaseFolder: home,
    namespace,
    ports: [portOf(state.temporal?.address), 7233],
    uiPorts: [portOf(state.temporal?.ui), 8233],
    detached: true,
    env,
    onSpawn: ({ address, ui, process: identity }) => {
      state.temporal = { address, namespace, ...(ui === undefined ? {} : { ui }) };
      state.processes['temporal'] = identity;
      save(change);
    },
  });
  change.note(`Temporal serves at ${state.temporal?.address}, web page ${state.temporal?.ui}/namespaces/${namespace}`);
}

export async function ensureTeacher(change: Change): Promise<void> {
  const { home, state, outside } = change;
  if (outside.teacher !== undefined) {
    await endPart(change, 'teacher');
    state.teacher = { baseUrl: outside.teacher.baseUrl, kind: 'external' };
    return save(change);
  }
  const logFile = logOf(home, 'teacher');
  let identity = runningPart(state, 'teacher');
  const started = identity === undefined;
  if (identity === undefined) {
    const known = state.teacher?.kind === 'offline' ? portOf(state.teacher.baseUrl) : 0;
    const port = await choosePort([known, 8088]);
    const program = join(checkout, change.programs.teacher);
    const args = [program, '--port', String(port), '--home', home, ...change.teacherFlags];
    const { env } = change;
    identity = await spawnPart({ name: 'the teacher', command: process.execPath, args, env, logFile, detached: true });
    state.teacher = { baseUrl: `http://127.0.0.1:${port}/v1`, kind: 'offline' };
    state.processes['teacher'] = identity;
    save(change);
  }
  const baseUrl = state.teacher?.baseUrl ?? '';
  const isReady = (): Promise<boolean> => answersHttp(new URL('/', baseUrl));
  await waitUntilReady({ name: 'the offline teacher', identity, logFile, timeoutMs: 30_000, isReady });
  if (started) change.note(`the offline teacher serves at ${baseUrl}`);
}

async function answersHttp(url: URL): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false; // not up yet; the caller's deadline decides when this is a failure
  }
}
