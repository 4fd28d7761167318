/** How the model's replies fared, from the record of the calls: per prompt how many, how many unusable, and why. */
import { Client } from 'pg';

export interface PromptStatistics {
  readonly prompt: string;
  readonly calls: number;
  readonly usable: number;
  readonly seconds: number;
  /** First reason of an unusable reply, with what differs from reply to reply taken out, and how often. */
  readonly reasons: Readonly<Record<string, number>>;
}

interface Row {
  readonly prompt: string;
  readonly problem: string | null;
  readonly latency: number;
}

/** Every use of a recorded call by a run, grouped by prompt. */
export async function callStatistics(databaseUrl: string, run: string): Promise<PromptStatistics[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<Row>(
      `select use.prompt, use.problems[1] as problem, call.latency_ms::float as latency
       from call_use use join llm_call call using (call_key) where use.run_id = $1 order by use.prompt`,
      [run],
    );
    const prompts = [...new Set(rows.map(({ prompt }) => prompt))];
    return prompts.map((prompt) => statisticsOf(rows.filter((row) => row.prompt === prompt)));
  } finally {
    await client.end();
  }
}

function statisticsOf(rows: readonly Row[]): PromptStatistics {
  const reasons: Record<string, number> = {};
  for (const { problem } of rows) {
    if (problem === null) continue;
    const reason = generalReason(problem);
    reasons[reason] = (reasons[reason] ?? 0) + 1;
  }
  return {
    prompt: rows[0]?.prompt ?? '',
    calls: rows.length,
    usable: rows.filter(({ problem }) => problem === null).length,
    seconds: Math.round(rows.reduce((total, { latency }) => total + latency, 0) / 1000),
    reasons,
  };
}

/** Numbers and quoted values differ from reply to reply; what stays is the kind of mistake. */
function generalReason(problem: string): string {
  return problem
    .replaceAll(/"[^"]*"?/g, '"…"')
    .replaceAll(/\d+/g, 'N')
    .slice(0, 90);
}
