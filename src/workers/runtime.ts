/** Process-wide settings of Temporal's runtime: structured logs on stderr, orderly shutdown on signals. */
import { DefaultLogger, Runtime } from '@temporalio/worker';
import pino from 'pino';
import type { LogLevel } from '../config/process-config.ts';

/** Call once, before any connection or worker exists. */
export function installRuntime(level: LogLevel): void {
  const serializers = { error: pino.stdSerializers.err };
  const stderr = pino.destination(2);
  // A log line that finds no room on the disk is lost; a worker that ended by it would lose the work as well.
  stderr.on('error', () => undefined);
  const log = pino({ level, base: { process: 'worker', pid: process.pid }, serializers }, stderr);
  const temporalLevel = level.toUpperCase() as Uppercase<LogLevel>;
  Runtime.install({
    logger: new DefaultLogger(temporalLevel, ({ level: entryLevel, message, meta }) => {
      const method = entryLevel.toLowerCase() as LogLevel;
      log[method]({ ...meta, sdkComponent: undefined }, message);
    }),
    telemetryOptions: { logging: { forward: {}, filter: 'ERROR' } },
  });
}
