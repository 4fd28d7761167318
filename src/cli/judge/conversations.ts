/** Rows of a file as conversations to be judged; what is refused by a rule never reaches a judge. */
import { type BlobHash, canonicalJson, contentId, hashText } from '../../domain/ids.ts';
import type { Json } from '../../domain/json.ts';
import { admissionProblem } from '../../domain/judgement/admission.ts';
import type { JudgedConversation } from '../../domain/judgement/answers.ts';
import { answeredCalls, stepTurns } from '../../domain/judgement/parts.ts';
import { readTrajectory } from '../../domain/trajectory/read.ts';
import { withRecognisedFailures } from '../../domain/trajectory/recognised-failures.ts';
import type { Trajectory } from '../../domain/trajectory/schema.ts';

export interface Admitted {
  readonly ok: true;
  readonly id: string;
  readonly trajectory: Trajectory;
  /** Canonical JSON of the trajectory: the body its judges are asked about. */
  readonly text: string;
  readonly conversation: JudgedConversation;
}

export interface Refused {
  readonly ok: false;
  readonly id: string;
  readonly rule: string;
  readonly detail: string;
}

/** One entry per row, in file order. */
export function admitRows(rows: readonly Json[]): readonly (Admitted | Refused)[] {
  return rows.map((row, at) => {
    const read = readTrajectory(row, at + 1);
    if (!read.ok) return read;
    const trajectory = withRecognisedFailures(read.trajectory);
    const problem = admissionProblem(trajectory);
    return problem === undefined ? admit(trajectory) : { ok: false, id: trajectory.id, ...problem };
  });
}

function admit(trajectory: Trajectory): Admitted {
  // A trajectory was parsed from JSON: its loose fields hold JSON values only.
  const value = trajectory as unknown as Json;
  const text = canonicalJson(value);
  const conversation = {
    subject: contentId('trajectory', value),
    // The hash of a body is what a blob hash means.
    body: hashText(text) as BlobHash,
    hasCalls: answeredCalls(trajectory).length > 0,
    steps: stepTurns(trajectory),
  };
  return { ok: true, id: trajectory.id, trajectory, text, conversation };
}
