/** The teacher's log: what really arrived at the endpoint, whoever died afterwards. */
import { z } from 'zod';

/** One request at the endpoint. */
export interface Exchange {
  readonly hash: string;
  readonly prompt: string;
  /** Milliseconds of the epoch. */
  readonly askedAt: number;
  /** Null when the answer never went out in full. */
  readonly answeredAt: number | null;
}

const Line = z.object({
  event: z.enum(['asked', 'answered']),
  hash: z.string(),
  prompt: z.string(),
  at: z.iso.datetime(),
});

/** The exchanges in order of arrival; an answer belongs to the youngest open request of its hash. Fails on a line that is none. */
export function readTeacherLog(text: string): readonly Exchange[] {
  const exchanges: { hash: string; prompt: string; askedAt: number; answeredAt: number | null }[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '') continue;
    const { event, hash, prompt, at } = parseLine(line, index + 1);
    const time = Date.parse(at);
    if (event === 'asked') {
      exchanges.push({ hash, prompt, askedAt: time, answeredAt: null });
      continue;
    }
    const open = exchanges.findLast((one) => one.hash === hash && one.answeredAt === null);
    if (open === undefined)
      throw new Error(`the teacher's log, line ${index + 1}: an answer to ${hash}, which nobody asked`);
    open.answeredAt = time;
  }
  return exchanges;
}

function parseLine(line: string, number: number): z.infer<typeof Line> {
  try {
    return Line.parse(JSON.parse(line));
  } catch (cause) {
    throw new Error(`the teacher's log, line ${number}: expected an event as JSON, got ${line.slice(0, 120)}`, {
      cause,
    });
  }
}
