/** The pieces of text a dataset card is made of (ours): Markdown tables and figures, rounded the same way everywhere. */
import type { DataStatistics, Share } from '../decomposition/statistics.ts';

/** A Markdown table; cells lose what would break a row. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

function cell(text: string): string {
  return text.replace(/\s+/g, ' ').replaceAll('|', '\\|');
}

/** The text, or a word for an empty list. */
export function orNone(rows: readonly unknown[], text: string): string {
  return rows.length === 0 ? 'None.' : text;
}

/** One decimal: 0.912 is "91.2 %". */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** Statistics as a table; what cannot be known of an empty set is "unknown". */
export function figures(statistics: DataStatistics): string {
  const { hops } = statistics;
  const unknown = 'unknown';
  return table(
    ['figure', 'value'],
    [
      ['environments', String(statistics.instances)],
      ['sub-questions', String(statistics.subQuestions)],
      ['languages', shares(statistics.languages)],
      ['domains', shares(statistics.domains)],
      ['shapes', shares(statistics.scenarios)],
      [
        'hops',
        hops === null
          ? unknown
          : `mean ${hops.mean.toFixed(2)}, median ${hops.median}, range ${hops.min} to ${hops.max}`,
      ],
      ['sub-questions with a tool', statistics.toolShare === null ? unknown : percent(statistics.toolShare)],
      [
        'steps that can run side by side',
        statistics.parallelShare === null ? unknown : percent(statistics.parallelShare),
      ],
      ['tool calls per environment', statistics.meanToolCalls === null ? unknown : statistics.meanToolCalls.toFixed(2)],
    ],
  );
}

/** The most frequent ten, with how many more there are. */
function shares(list: readonly Share[]): string {
  const shown = list.slice(0, 10).map((share) => `${share.name} ${percent(share.share)} (${share.count})`);
  return [...shown, ...(list.length > 10 ? [`and ${list.length - 10} more`] : [])].join(', ') || 'none';
}
