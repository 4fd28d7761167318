/** Ports on 127.0.0.1: which are free, and who answers. */
import { connect, createServer } from 'node:net';

/** The first of the wanted ports that is free, else any free one. 0 is skipped. */
export async function choosePort(wanted: readonly number[] = []): Promise<number> {
  for (const port of wanted) {
    if (port !== 0 && (await isFree(port))) return port;
  }
  return freePort();
}

/** A port that nobody uses now. Another program may take it before you do: bind soon. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (typeof address === 'object' && address !== null) resolve(address.port);
        else reject(new Error('the system gave no port on 127.0.0.1'));
      });
    });
  });
}

/** True when a server could bind this port of 127.0.0.1 now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** True when something accepts TCP connections at `host:port`. */
export function isListening(address: string): Promise<boolean> {
  const cut = address.lastIndexOf(':');
  const port = Number(address.slice(cut + 1));
  return new Promise((resolve) => {
    const socket = connect({ host: address.slice(0, cut), port, timeout: 2_000 });
    const end = (answer: boolean) => (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false));
  });
}
