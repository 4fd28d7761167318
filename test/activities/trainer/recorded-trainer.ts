/** A server that answers what a real one was recorded to answer, and keeps what it was asked. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { resolve } from 'node:path';
import { z } from 'zod';
import { createTrainerWire, type TrainerWire } from '../../../src/activities/trainer/http-wire.ts';

const contract = resolve(import.meta.dirname, '../../../trainer/contract');
const Example = z.object({
  request: z.object({ method: z.string(), path: z.string(), body: z.unknown().optional() }),
  answer: z.object({ status: z.int(), body: z.unknown().optional() }),
});
export type Example = z.infer<typeof Example>;

/** An example of trainer/contract. */
export function example(name: string): Example {
  return Example.parse(JSON.parse(readFileSync(resolve(contract, 'examples', `${name}.json`), 'utf8')));
}

/** The JSON Schema of a body. */
export const bodySchema = (name: string): object =>
  z.looseObject({}).parse(JSON.parse(readFileSync(resolve(contract, 'schemas', `${name}-body.schema.json`), 'utf8')));

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

export interface Recorded {
  readonly wire: TrainerWire;
  readonly url: string;
  readonly asked: Asked[];
}

/** Answers one after the other; the last one again and again. */
export async function withAnswers<T>(
  answers: readonly Example['answer'][],
  body: (recorded: Recorded) => Promise<T>,
): Promise<T> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const text = Buffer.concat(parts).toString();
      const isJson = request.headers['content-type']?.startsWith('application/json') === true;
      asked.push({
        method: request.method ?? '',
        path: request.url ?? '',
        body: isJson ? JSON.parse(text) : undefined,
      });
      const answer = answers[Math.min(asked.length, answers.length) - 1];
      response.writeHead(answer?.status ?? 500, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer?.body));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  const wire = createTrainerWire(url);
  try {
    return await body({ wire, url, asked });
  } finally {
    await wire.close();
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
}
