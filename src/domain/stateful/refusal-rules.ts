/**
 * Rule refusals (ours; after rule 8 of §8.4): in the place of each gold call the same call with a wrong argument must end
 * in a structured error and leave STATE as it is. An argument that names something in STATE is also tried with a name
 * that nothing has.
 */
import { describeForWriter, describeRun, isStructuredError } from '../environment/call-outcome.ts';
import { type InvalidArguments, invalidArguments } from '../environment/invalid-arguments.ts';
import type { ToolCall, ToolDocument } from '../environment/schema.ts';
import type { Json } from '../json.ts';
import { argumentsOf, type RefusalProbe } from './candidate.ts';
import type { StatefulFinding } from './finding.ts';
import { keysIn } from './knowledge.ts';

const nobody = 'zzq unknown 7f3a';

/** The wrong calls to try in the place of a gold call, in the state before it. */
export function refusalProbes(document: ToolDocument, call: ToolCall, before: Json): InvalidArguments[] {
  const names = new Set(keysIn(before));
  const args = argumentsOf(call);
  const unknown = Object.keys(args)
    .filter((name) => typeof args[name] === 'string' && names.has(args[name]))
    .map((parameter) => ({ kind: 'unknown' as const, parameter, args: { ...args, [parameter]: nobody } }));
  const invalid = invalidArguments(document, call).filter((probe) => probe.kind !== 'unknown');
  return [...invalid, ...unknown];
}

/** One finding for each tool and kind of wrong argument that is not refused, or that leaves a trace. */
export function refusalFindings(calls: readonly ToolCall[], probes: readonly RefusalProbe[]): StatefulFinding[] {
  return probes.flatMap(({ call, probe, run, changed }): StatefulFinding[] => {
    const refused = isStructuredError(run);
    if (refused && !changed) return [];
    const place = `${calls[call]?.name}: ${describe(probe)}`;
    const trace = changed ? ' and changes STATE' : '';
    return [
      {
        rule: 'refusals',
        blame: 'implementation',
        detail: `${place} ${describeRun(run)}${trace}`,
        hint: `${place} ${describeForWriter(run)}${trace}; it must end in an error that leaves STATE as it was: check everything before the first change`,
      },
    ];
  });
}

function describe({ kind, parameter }: InvalidArguments): string {
  switch (kind) {
    case 'missing':
      return `a call without ${parameter}`;
    case 'wrong_type':
      return `${parameter} of a wrong type`;
    case 'out_of_range':
      return `${parameter} outside what the document allows`;
    case 'unknown':
      return `${parameter} that names nothing in STATE`;
  }
}
