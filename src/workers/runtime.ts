/** Process-wide settings of Temporal's runtime: structured logs on stderr, orderly shutdown on signals. */
import { DefaultLogger, Runtime } from '@temporalio/worker';
import pino from 'pino';
import type { LogLevel } from '../config/process-config.ts';

/** Call once, before any connection or worker exists. */
export function installRuntime(level: LogLevel): void {
  const serializers = { error: pino.stdSerializers.err };
  const log = pino({ level, base: { process: 'worker', pid: process.pid }, serializers }, pino.destination(2));
  const temporalLevel = level.toUpperCase() as Uppercase<LogLevel>;
  Runtime.install({
    logger: new DefaultLogger(temporalLevel, ({ level: entryLevel, message, meta }) => {
      const method = entryLevel.toLowerCase() as LogLevel;
      log[method]({ ...meta, sdkComponent: undefined }, message);
    }),
    telemetryOptions: { logging: { forward: {}, filter: 'ERROR' } },
  });
}
