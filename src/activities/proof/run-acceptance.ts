/**
 * A candidate through all nine rules in the sandbox (paper §3.2; method §8.4): inspect, gold call, repetition, variants,
 * invalid inputs, verdict. Used by the activity, the merge and `astra verify environments` alike.
 */
import type { GoldAnswer } from '../../domain/answer/schema.ts';
import { hasFacts, judgeCandidate, planProbes, uncallable, type Verdict } from '../../domain/environment/acceptance.ts';
import type { ArgumentValidator } from '../../domain/environment/argument-check.ts';
import { resultOf } from '../../domain/environment/call-outcome.ts';
import { type Comparison, type ProbeRuns, sensitiveVariant } from '../../domain/environment/call-rules.ts';
import type { CodeFacts, Inspection } from '../../domain/environment/inspection/schema.ts';
import type { ToolCandidate } from '../../domain/environment/schema.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import { SandboxError } from '../failures.ts';
import type { CallOptions, CallResult, EnvRef, Sandbox } from '../sandbox/contract.ts';
import { type Inspector, notInfra } from './inspect.ts';

export interface ProofTools {
  readonly sandbox: Sandbox;
  readonly inspector: Inspector;
  readonly validate: ArgumentValidator;
}

export interface AcceptanceOptions {
  readonly comparison?: Comparison;
  /** Answers of all questions the tool serves; default: the candidate's own. */
  readonly golds?: readonly GoldAnswer[];
}

export interface Acceptance extends Verdict {
  readonly inspection: Inspection;
  /** The gold call's result; undefined when the code could not be called. */
  readonly gold: CallResult | undefined;
}

/** The run that the record keeps, and the one that must equal it in everything but these settings. */
export const firstRun: CallOptions = { hashSeed: 0, seed: '0', now: '2026-01-01T00:00:00Z' };
export const secondRun: CallOptions = { hashSeed: 1, seed: 'other', now: '2031-07-19T13:45:12Z' };

/** The verdict on a candidate. Throws SandboxError (Infra) when the sandbox fails; nothing the code does throws. */
export async function runAcceptance(
  tools: ProofTools,
  candidate: ToolCandidate,
  options: AcceptanceOptions = {},
): Promise<Acceptance> {
  const { comparison = 'value', golds = [candidate.gold] } = options;
  const inspection = await tools.inspector.inspect(candidate.code);
  const judging = { validate: tools.validate, comparison, golds };
  if (!hasFacts(inspection) || uncallable(candidate, inspection) !== undefined) {
    return { ...judgeCandidate(candidate, { inspection, runs: null }, judging), inspection, gold: undefined };
  }
  const { runs, gold } = await probe(tools, candidate, { facts: inspection, comparison });
  return { ...judgeCandidate(candidate, { inspection, runs }, judging), inspection, gold };
}

/** One call of a loaded tool; throws SandboxError (Infra) when the sandbox fails. */
export async function callTool(
  sandbox: Sandbox,
  target: { readonly env: EnvRef; readonly name: string },
  { args, ...options }: CallOptions & { readonly args: Json },
): Promise<CallResult> {
  return notInfra(await sandbox.call(target.env, target.name, args, options));
}

async function probe(
  tools: ProofTools,
  candidate: ToolCandidate,
  { facts, comparison }: { readonly facts: CodeFacts; readonly comparison: Comparison },
): Promise<{ runs: ProbeRuns; gold: CallResult }> {
  const { sandbox, validate } = tools;
  const target = { env: await sandbox.load(candidate.code), name: candidate.document.name };
  const args: Json = candidate.call.arguments;
  const [gold, repeat] = await Promise.all([
    callTool(sandbox, target, { ...firstRun, args }),
    callTool(sandbox, target, { ...secondRun, args }),
  ]);
  // Code that fails its own gold call, or hangs in it, is not run two dozen times more.
  if (gold.status !== 'ok' || resultOf(gold) === undefined) {
    return { runs: { gold, repeat, variants: null, negatives: null }, gold };
  }
  const plan = planProbes(candidate, facts, validate);
  const runAll = (list: readonly JsonObject[]): Promise<CallResult[]> => callTools(sandbox, target, list);
  const refused = await runAll(plan.negatives.map((invalid) => invalid.args));
  const negatives = plan.negatives.map((invalid, at) => ({ probe: invalid, run: ranOnce(refused[at]) }));
  const runs: ProbeRuns = { gold, repeat, negatives, variants: [] };
  return { runs: { ...runs, variants: await untilSensitive(plan.variants, runAll, provesWith) }, gold };

  function provesWith(variants: Variants): boolean {
    return sensitiveVariant(candidate.gold, { ...runs, variants }, comparison) !== undefined;
  }
}

type Variants = NonNullable<ProbeRuns['variants']>;

/** The most promising variants stand first: most tools prove by one of the first few, and the others need no run. */
const firstVariants = 4;

/** Runs other valid arguments until one shows that the tool reads them; all of them when none does. */
async function untilSensitive(
  plan: Iterator<JsonObject>,
  runAll: (list: readonly JsonObject[]) => Promise<CallResult[]>,
  proves: (variants: Variants) => boolean,
): Promise<Variants> {
  let variants: Variants = [];
  for (const atMost of [firstVariants, Infinity]) {
    const share = take(plan, atMost);
    const ran = await runAll(share);
    variants = [...variants, ...share.map((args, at) => ({ args, run: ranOnce(ran[at]) }))];
    if (proves(variants)) break;
  }
  return variants;
}

function take<T>(from: Iterator<T>, atMost: number): T[] {
  const taken: T[] = [];
  while (taken.length < atMost) {
    const next = from.next();
    if (next.done === true) break;
    taken.push(next.value);
  }
  return taken;
}

async function callTools(
  sandbox: Sandbox,
  { env, name }: { readonly env: EnvRef; readonly name: string },
  list: readonly JsonObject[],
): Promise<CallResult[]> {
  if (list.length === 0) return [];
  const calls = list.map((args) => ({ fn: name, args }));
  return (await sandbox.callMany(env, calls, firstRun)).map(notInfra);
}

function ranOnce(run: CallResult | undefined): CallResult {
  if (run === undefined) throw new SandboxError('Infra', 'the sandbox gave fewer results than it was given calls');
  return run;
}
