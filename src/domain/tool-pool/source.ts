/** The servers that a source of the configuration means (method §2): its filters and defaults over the file's rows. */
import type { Json } from '../json.ts';
import type { ToolSource } from '../run/trajectories/schema.ts';
import { type ReadRow, readServers } from './read-servers.ts';

/** What is read of a file, in its order; refused rows stay, so that they can be counted. */
export function serversOf(source: ToolSource, rows: readonly Json[]): ReadRow[] {
  const { include, count = Number.POSITIVE_INFINITY, domain, licence } = source;
  const wanted = ({ reading }: ReadRow): boolean =>
    include === undefined || (reading.ok && include.includes(reading.server.name));
  return readServers(rows, fileName(source.file))
    .filter(wanted)
    .slice(0, count)
    .map(({ row, reading }) => {
      if (!reading.ok) return { row, reading };
      const { server } = reading;
      const named = { ...server, domain: server.domain ?? domain ?? null, licence: server.licence ?? licence ?? null };
      return { row, reading: { ok: true, server: named } };
    });
}

/** Names of `include` that the file does not have. */
export function absentNames(source: ToolSource, rows: readonly Json[]): string[] {
  const names = readServers(rows, fileName(source.file)).flatMap(({ reading }) =>
    reading.ok ? [reading.server.name] : [],
  );
  return (source.include ?? []).filter((name) => !names.includes(name));
}

/** The name that bare tools of a file go under: its own without folder and endings. */
export function fileName(file: string): string {
  const last = file.split(/[\\/]/).at(-1) ?? file;
  return last.replace(/(\.(jsonl?|ndjson))?(\.gz)?$/i, '') || 'tools';
}
