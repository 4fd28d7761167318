/** What `astra graph drift` shows of servers that were asked again. */
import type { DriftReport } from '../../activities/mcp/drift-check.ts';

/** For people: counts, then every difference and every server that could not be asked. */
export function driftText({ servers, calls, drifted, failed }: DriftReport): string {
  const head = `${calls} recorded calls of ${servers} servers were made again: ${drifted.length} answer differently`;
  const lines = drifted.map(({ server, tool, recorded, live }) =>
    [`${server}  ${tool}`, `  recorded  ${oneLine(recorded)}`, `  now       ${oneLine(live)}`].join('\n'),
  );
  const notAsked = failed.map(({ server, reason }) => `${server}  not asked to the end: ${oneLine(reason)}`);
  return [head, ...lines, ...notAsked].join('\n');
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 300);
}
