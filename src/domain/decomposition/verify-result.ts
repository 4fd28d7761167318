/**
 * ASTRA's `verify_result` (method §8.3): its code and its documentation name the same figures differently. Both are
 * read, the code's shape is written. A figure outside [0, 1] (its code writes -24 and the like) is no score at all.
 */
import type { Json, JsonObject } from '../json.ts';
import { VerifyResultCode, VerifyResultDocumented } from './schema.ts';
import type { CheckName, InstanceScore, Verdict } from './scores.ts';

export interface ForeignScore {
  readonly score: number;
  /** Null: the file says that the check has no figure. */
  readonly checks: Readonly<Record<CheckName, number | null>>;
}

export type ReadVerifyResult =
  | { readonly ok: true; readonly value: ForeignScore }
  | { readonly ok: false; readonly rule: 'schema_invalid'; readonly detail: string };

/** Reads either shape; refuses anything else and every figure outside its scale. */
export function readVerifyResult(row: Json): ReadVerifyResult {
  const code = VerifyResultCode.safeParse(row);
  if (code.success) {
    const { dependency, data_quality, forced_serialization, completeness } = code.data.extra_info;
    return accepted(code.data.score, {
      dependency: dependency.score,
      atomicity: data_quality.score,
      serialization: forced_serialization.score,
      completeness: completeness.score,
    });
  }
  const documented = VerifyResultDocumented.safeParse(row);
  if (documented.success) {
    return accepted(documented.data.overall_score, {
      dependency: documented.data.dependency_score,
      atomicity: documented.data.atomicity_score,
      serialization: documented.data.forced_serialization_score,
      completeness: documented.data.subqa_completeness_score,
    });
  }
  const got = JSON.stringify(row).slice(0, 120);
  const detail = `expected {"score", "extra_info"} or {"dependency_score", …, "overall_score"} with figures in [0, 1], got ${got}`;
  return { ok: false, rule: 'schema_invalid', detail };
}

/** The code's shape; null figures where a check has none, so that a reader never mistakes a gap for a number. */
export function writeVerifyResult(score: InstanceScore): JsonObject {
  const { dependency, atomicity, serialization, completeness } = score.checks;
  return {
    score: score.score,
    extra_info: {
      dependency: writeVerdict(dependency),
      data_quality: writeVerdict(atomicity),
      forced_serialization: writeVerdict(serialization),
      completeness: writeVerdict(completeness),
    },
  };
}

function writeVerdict(verdict: Verdict): JsonObject {
  switch (verdict.kind) {
    case 'score':
      return { score: verdict.value, extra_info: { reasons: verdict.reasons } };
    case 'na':
      return { score: null, extra_info: { na: verdict.why } };
    case 'unresolved':
      return { score: null, extra_info: { unresolved: verdict.class, detail: verdict.detail } };
  }
}

function accepted(score: number, checks: ForeignScore['checks']): ReadVerifyResult {
  return { ok: true, value: { score, checks } };
}
