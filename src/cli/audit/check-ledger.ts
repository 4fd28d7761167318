/** Money and tokens: the run's ledger against the charges behind it, and each charge against its call. */
import type { Pool } from 'pg';
import { type LedgerCheck, checkLedger as readLedger } from '../../activities/store/audit-data.ts';
import type { Finding } from './finding.ts';

/** Sums of money may differ by rounding only. */
const costTolerance = 1e-6;

export async function checkLedger(pool: Pool, run: string): Promise<LedgerCheck & { findings: readonly Finding[] }> {
  const check = await readLedger(pool, run);
  const { ledger, charges, differing } = check;
  const off = [
    Math.abs(ledger.cost - charges.cost) > costTolerance ? `cost ${ledger.cost}, its charges ${charges.cost}` : '',
    ledger.promptTokens === charges.promptTokens
      ? ''
      : `prompt tokens ${ledger.promptTokens}, its charges ${charges.promptTokens}`,
    ledger.completionTokens === charges.completionTokens
      ? ''
      : `completion tokens ${ledger.completionTokens}, its charges ${charges.completionTokens}`,
  ].filter((detail) => detail !== '');
  return {
    ...check,
    findings: [
      ...off.map((detail) => ({ part: 'ledger', id: run, detail: `the ledger says ${detail}` }) as const),
      ...differing.map(
        (key) => ({ part: 'ledger', id: key, detail: 'the charge differs from the recorded call' }) as const,
      ),
    ],
  };
}
