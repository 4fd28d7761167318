/** A stream of bytes as lines of text, with an upper bound on what one line may hold in memory. */

export type Line = { readonly number: number; readonly text: string } | BrokenLine;

export interface BrokenLine {
  readonly number: number;
  readonly text?: undefined;
  readonly fault: string;
}

const longestLineBytes = 32 * 1024 * 1024;
const newline = 0x0a;

/** Lines without their ends, numbered from 1; a line that is too long or no UTF-8 comes as its fault. */
export async function* splitLines(
  chunks: AsyncIterable<Buffer>,
  longest = longestLineBytes,
): AsyncGenerator<Line, void> {
  const open = new OpenLine(longest);
  let number = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      open.add(chunk.subarray(start, end));
      start = end + 1;
      yield open.close(++number);
    }
    open.add(chunk.subarray(start));
  }
  if (!open.isEmpty) yield open.close(++number);
}

/** The line that is being collected; beyond the limit only its length is kept. */
class OpenLine {
  readonly #longest: number;
  #parts: Buffer[] = [];
  #bytes = 0;

  constructor(longest: number) {
    this.#longest = longest;
  }

  get isEmpty(): boolean {
    return this.#bytes === 0;
  }

  add(part: Buffer): void {
    this.#bytes += part.length;
    if (this.#bytes > this.#longest) this.#parts = [];
    else if (part.length > 0) this.#parts.push(part);
  }

  close(number: number): Line {
    const [bytes, parts] = [this.#bytes, this.#parts];
    this.#bytes = 0;
    this.#parts = [];
    if (bytes > this.#longest) {
      return { number, fault: `the line has ${bytes} bytes: at most ${this.#longest} can be read` };
    }
    try {
      // A byte order mark is dropped by the decoder; a carriage return is white space to JSON.
      return { number, text: new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts)) };
    } catch {
      return { number, fault: 'not UTF-8 text' }; // the decoder's error says nothing more
    }
  }
}
