/** The host cannot run tool code safely enough, or not at all. Retrying on the same host is of no use. */
export class SandboxRefused extends Error {
  override readonly name = 'SandboxRefused';
}

/** A sandbox process died, hung or spoke nonsense. The tool is not to blame; the same call may be tried again. */
export class SandboxLost extends Error {
  override readonly name = 'SandboxLost';
}

/** Replaying an episode's log gave other results than the log says: the tool is not deterministic. */
export class EpisodeDiverged extends Error {
  override readonly name = 'EpisodeDiverged';
}

export type FailureClass = {
  type: 'SandboxRefused' | 'SandboxLost' | 'EpisodeDiverged' | 'SandboxMisused';
  retryable: boolean;
};

/** Errors of the operating system that say "not now" about starting or reaching a process. */
const passing = new Set(['EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE', 'EPIPE', 'ECONNRESET', 'ECONNREFUSED', 'ETIMEDOUT']);

/** Whose fault a rejection of the sandbox is. Faults of tool code are never rejections, they are results. */
export function classifyFailure(error: unknown): FailureClass {
  if (error instanceof SandboxLost) return { type: 'SandboxLost', retryable: true };
  if (error instanceof SandboxRefused) return { type: 'SandboxRefused', retryable: false };
  if (error instanceof EpisodeDiverged) return { type: 'EpisodeDiverged', retryable: false };
  if (error instanceof Error && 'code' in error && passing.has(String(error.code))) {
    return { type: 'SandboxLost', retryable: true };
  }
  return { type: 'SandboxMisused', retryable: false };
}
