/** The end of a stream of bytes as text: what a program said last, of any length of output. */
export class TailText {
  readonly #most: number;
  #bytes: Buffer = Buffer.alloc(0);

  /** Keeps at most so many bytes. */
  constructor(most: number) {
    this.#most = most;
  }

  add(chunk: Buffer): void {
    const joined = Buffer.concat([this.#bytes, chunk.subarray(-this.#most)]);
    this.#bytes = joined.subarray(-this.#most);
  }

  /** Without colours and empty lines. */
  get text(): string {
    const plain = this.#bytes
      .toString('utf8')
      .replaceAll(new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*[A-Za-z]`, 'g'), '');
    return plain
      .split('\n')
      .map((line) => line.trimEnd())
      .filter((line) => line !== '')
      .join('\n');
  }
}
