/** Runs a command line in this process and keeps what it said. */
import { Writable } from 'node:stream';
import { runProgram } from '../../src/cli/program.ts';

export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

class Kept extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

/** What `astra …` prints and returns; streams are no terminals, so nothing is coloured or drawn over. */
export async function astra(...argv: readonly string[]): Promise<Said> {
  const [stdout, stderr] = [new Kept(), new Kept()];
  const code = await runProgram(argv, { stdout, stderr, interrupted: new AbortController().signal });
  return { code, stdout: stdout.text, stderr: stderr.text };
}
