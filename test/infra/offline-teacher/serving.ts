/** A teacher on a free port, in this process. */
import type { AddressInfo } from 'node:net';
import { TeacherState } from '../../../infra/offline-teacher/control.ts';
import { teacherServer } from '../../../infra/offline-teacher/server.ts';
import type { JsonObject } from '../../../src/domain/json.ts';

export interface Serving {
  readonly url: string;
  readonly state: TeacherState;
  close(): Promise<void>;
  /** Posts a JSON body. */
  post(path: string, body: JsonObject, headers?: { readonly [name: string]: string }): Promise<Response>;
}

export async function serve(start: { faults?: string; logFile?: string; requireKey?: string } = {}): Promise<Serving> {
  const { faults = '', logFile, requireKey = null } = start;
  const state = new TeacherState({ faults, latencyMs: 0, requireKey, logFile, seed: 0 });
  const server = teacherServer(state);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 1024, resolve));
  // A listening TCP server has an address object.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    state,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
    post: (path, body, headers = {}) =>
      fetch(`${url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
  };
}
