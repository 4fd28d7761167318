/** Where a command speaks: its result on stdout, everything else on stderr; with --json one document and nothing else. */
import { styleText } from 'node:util';

export interface Streams {
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

export type Style = Parameters<typeof styleText>[0];
/** Colours a text, or leaves it alone where nobody sees colours. */
export type Paint = (style: Style, text: string) => string;

export interface Output {
  readonly json: boolean;
  /** A person watches stdout: lines may be drawn over. */
  readonly live: boolean;
  readonly columns: number;
  readonly paint: Paint;
  /** The result: the document with --json, else the text. Once per command. */
  result(document: unknown, text: string): void;
  /** A line of progress or advice. */
  note(line: string): void;
  /** A line of the running view when nothing may be drawn over; silent with --json. */
  line(text: string): void;
}

/** An output for these streams; colours follow NO_COLOR, FORCE_COLOR and whether stdout is a terminal. */
export function createOutput({ stdout, stderr }: Streams, json: boolean): Output {
  const isTerminal = stdout.isTTY === true;
  return {
    json,
    // A terminal that says it has no width shows nothing that is drawn over.
    live: isTerminal && !json && (stdout.columns ?? 0) > 0,
    columns: stdout.columns || 100,
    // validateStream makes styleText honour NO_COLOR, NODE_DISABLE_COLORS and FORCE_COLOR.
    paint: (style, text) => (json ? text : styleText(style, text, { stream: stdout, validateStream: true })),
    result(document, text) {
      stdout.write(json ? `${JSON.stringify(document, null, 2)}\n` : text === '' ? '' : `${text}\n`);
    },
    note: (line) => void stderr.write(`${line}\n`),
    line: (text) => void (json ? stderr : stdout).write(`${text}\n`),
  };
}
