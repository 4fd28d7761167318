/**
 * The trainer as a part of the stack: one process that installs what is missing, says meanwhile why it is not ready, and
 * then runs the service on the same port. Whoever needs it waits and is told.
 */
import { createServer, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { isRunning } from '../part-process.ts';
import { prepareTrainer } from './prepare-trainer.ts';
import { startTrainer, type Trainer } from './start-trainer.ts';

const { values } = parseArgs({
  options: { home: { type: 'string' }, port: { type: 'string' }, log: { type: 'string' }, real: { type: 'boolean' } },
});
const { home, port, log, real = false } = values;
if (home === undefined || port === undefined || log === undefined)
  throw new Error('expected --home FOLDER --port NUMBER --log FILE');

let [state, trainer]: [string, Trainer | undefined] = ['starts', undefined];
const say = (line: string): void => {
  state = line;
  console.log(line);
};

/** Answers until the service can. */
function holdPort(): Promise<Server> {
  const server = createServer((_, response) => {
    response.writeHead(503, { 'content-type': 'application/json', 'retry-after': '5' });
    response.end(JSON.stringify({ error: { type: 'not_ready', message: `the trainer is not ready: ${state}` } }));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(Number(port), '127.0.0.1', () => resolve(server));
  });
}

async function end(code: number): Promise<never> {
  await trainer?.stop();
  process.exit(code);
}
process.once('SIGTERM', () => void end(0));
process.once('SIGINT', () => void end(0));

const server = await holdPort();
try {
  const { env } = process;
  await prepareTrainer({ home, env, realModel: real, note: say });
  say('the service starts');
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  trainer = await startTrainer({ home, env, realModel: real, logFile: log, ports: [Number(port)] });
  console.log(`serves at ${trainer.url}`);
} catch (error) {
  // What keeps it from starting stays readable where its users look, until the next start of the stack.
  say(error instanceof Error ? error.message : String(error));
  if (!server.listening) await holdPort();
  await new Promise(() => undefined);
}
while (trainer !== undefined && isRunning(trainer.process)) await sleep(1_000);
console.error('the service ended by itself');
process.exit(1);
