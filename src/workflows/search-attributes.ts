/** Search attributes: the columns by which people find executions in the UI and with `temporal workflow list`. */
import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common';
import { upsertSearchAttributes } from '@temporalio/workflow';
import { type Outcome, outcomeKey } from '../domain/run/outcome.ts';

const run = defineSearchAttributeKey('AstraRun', SearchAttributeType.KEYWORD);
const phase = defineSearchAttributeKey('AstraPhase', SearchAttributeType.KEYWORD);
const stage = defineSearchAttributeKey('AstraStage', SearchAttributeType.KEYWORD);
const outcome = defineSearchAttributeKey('AstraOutcome', SearchAttributeType.KEYWORD);

/** Attributes a child starts with. */
export function startAttributes(runId: string, stageName: string): TypedSearchAttributes {
  return new TypedSearchAttributes([
    { key: run, value: runId },
    { key: stage, value: stageName },
  ]);
}

export function showPhase(runId: string, name: string): void {
  upsertSearchAttributes([
    { key: run, value: runId },
    { key: phase, value: name },
  ]);
}

export function showOutcome(result: Outcome): void {
  upsertSearchAttributes([{ key: outcome, value: outcomeKey(result) }]);
}
