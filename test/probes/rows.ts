/** Rows for the command line, and what it says of them. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import { astra } from '../cli/run-cli.ts';
import { populationCode, populationDocument } from '../support/python-tools.ts';

export interface Judged {
  readonly id: string;
  readonly accepted: boolean;
  /** Names of the rules it broke. */
  readonly broken: readonly string[];
}

/** `astra verify KIND FILE --json` over these rows. */
export async function verify(kind: 'environments' | 'decompositions', rows: readonly Json[]): Promise<Judged[]> {
  const folder = mkdtempSync(join(tmpdir(), 'astra-probe-'));
  try {
    const file = join(folder, 'rows.jsonl');
    writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const { code, stdout, stderr } = await astra('verify', kind, file, '--json');
    assert.ok(code === 0 || code === 1, stderr);
    const report = JSON.parse(stdout) as { rows: Verdict[] }; // the shape of the command's document
    return report.rows.map(({ id, accepted, rule, rules = [] }) => {
      const broken = rule === undefined ? rules.filter(({ ok }) => !ok).map((one) => one.rule) : [rule];
      return { id, accepted, broken };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Verdict {
  readonly id: string;
  readonly accepted: boolean;
  readonly rule?: string;
  readonly rules?: readonly { readonly rule: string; readonly ok: boolean }[];
}

/** A decomposition of two nodes, the second resting on the first. */
export function decomposition(id: string, changes: JsonObject = {}): JsonObject {
  return {
    id,
    question: `How many people live in the capital that ${id} is twinned with?`,
    answer: 42,
    nodes: twoNodes([1]),
    ...changes,
  };
}

export function twoNodes(dependencies: Json, answer: Json = 42): Json {
  return [
    { id: 1, sub_question: 'Which capital is it?', answer: 'Oslo', dependencies: [] },
    { id: 2, sub_question: 'How many people live in Oslo?', answer, dependencies },
  ];
}

/** A candidate environment around the honest look-up tool. */
export function environment(id: string, changes: { answer?: Json; code?: string; nodes?: Json } = {}): JsonObject {
  const { answer = '2,102,650', code = populationCode, nodes } = changes;
  const question = 'How many people live in Paris?';
  return { id, question, answer, nodes: nodes ?? [toolNode(1, { question, answer, city: 'Paris', code })] };
}

export function toolNode(
  id: number,
  { question, answer, city, code }: { question: string; answer: Json; city: string; code: string },
): JsonObject {
  const call = { name: populationDocument.name, arguments: { city } };
  // A document is JSON; its loose type only spells that another way.
  const document = populationDocument as unknown as JsonObject;
  return { id, sub_question: question, answer, dependencies: [], tool: { document, call, code } };
}
