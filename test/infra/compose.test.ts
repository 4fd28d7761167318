import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const infra = join(import.meta.dirname, '../../infra');
const read = (file: string): string => readFileSync(join(infra, file), 'utf8');

const composeSchema = z.looseObject({
  services: z.record(
    z.string(),
    z.looseObject({
      image: z.string(),
      build: z.object({ context: z.literal('..'), dockerfile: z.string() }).optional(),
      command: z.array(z.string()).optional(),
      depends_on: z.record(z.string(), z.object({ condition: z.string() })).optional(),
      environment: z.record(z.string(), z.string()).optional(),
      volumes: z.array(z.string()).optional(),
    }),
  ),
  volumes: z.record(z.string(), z.unknown()),
});
const { services, volumes } = composeSchema.parse(parse(read('compose.yaml'), { merge: true }));

describe('the compose file', () => {
  it('has Temporal with schema and namespace jobs, our database with its migrations, and a worker for each role', () => {
    assert.deepEqual(Object.keys(services), [
      'postgres',
      'temporal-schema',
      'temporal',
      'temporal-ui',
      'namespace',
      'migrate',
      'worker-workflows',
      'worker-llm',
      'worker-store',
      'worker-sandbox',
      'worker-trainer',
    ]);
    for (const role of ['workflows', 'llm', 'store', 'sandbox', 'trainer']) {
      assert.deepEqual(services[`worker-${role}`]?.command?.slice(-2), ['--role', role]);
    }
  });

  it('waits only for services that are there, builds only from files that are there, and pins every image', () => {
    for (const { depends_on: waits, build, image } of Object.values(services)) {
      for (const name of Object.keys(waits ?? {})) assert.ok(name in services, name);
      if (build !== undefined) assert.ok(existsSync(join(infra, '..', build.dockerfile)), build.dockerfile);
      assert.match(image, /:[\w.${}:-]*\d/);
    }
  });

  it('keeps the database in a named volume', () => {
    const [name] = services['postgres']?.volumes?.[0]?.split(':') ?? [];

    assert.ok(name !== undefined && name in volumes);
  });

  it('gives the sandbox no key of a model endpoint', () => {
    const { environment = {} } = services['worker-sandbox'] ?? {};

    assert.deepEqual(
      Object.keys(environment).filter((key) => key.startsWith('OPENAI')),
      [],
    );
    assert.equal(environment['TEMPORAL_ADDRESS'], 'temporal:7233');
  });

  it('starts programs of this checkout that exist', () => {
    const programs = Object.values(services).flatMap(
      ({ command }) => command?.filter((word) => word.endsWith('.ts')) ?? [],
    );

    assert.equal(programs.length, 7);
    for (const program of programs) assert.ok(existsSync(join(infra, '..', program)), program);
  });

  it('runs Temporal as the embedded server does: one partition per queue, fairness on', () => {
    assert.deepEqual(parse(read('docker/temporal-dynamic-config.yaml')), {
      'matching.numTaskqueueReadPartitions': [{ value: 1 }],
      'matching.numTaskqueueWritePartitions': [{ value: 1 }],
      'matching.enableFairness': [{ value: true }],
    });
  });

  it('builds on Debian, because Temporal has no build for Alpine', () => {
    assert.match(read('docker/worker.Dockerfile'), /^FROM node:24-bookworm-slim$/m);
  });
});
