/**
 * Runs every attack on the sandbox on each level and backend and prints how its calls ended. `held`: nothing got out, the
 * next call was right, the host is unchanged. Ends with 1 when a single one was not held.
 *
 *   sh scripts/bootstrap.sh scripts/attack-table.ts [group …]
 */
import { examine } from '../src/activities/sandbox/doctor.ts';
import { type Attack, attackGroups } from '../test/activities/sandbox/attack-list.ts';
import {
  allWays,
  assertNextIsRight,
  attacked,
  nextSource,
  Target,
  type Way,
} from '../test/activities/sandbox/attack-run.ts';

const wanted = process.argv.slice(2);
const groups = attackGroups.filter(({ group }) => wanted.length === 0 || wanted.includes(group));
const target = new Target();
await target.open();
const columns: { way: Way; ends: string[]; held: number }[] = [];
for (const way of allWays) {
  if ((await examine({ level: way.level })).level === undefined) {
    console.log(`${way.name}: not tested, this host does not have its level`);
    continue;
  }
  columns.push({ way, ...(await column(way)) });
}
await target.close();

const rows = groups.flatMap(({ group, attacks }) => attacks.map(({ name }) => `${group}: ${name}`));
console.log(`| attack | ${columns.map(({ way }) => way.name).join(' | ')} |`);
console.log(`| --- |${' --- |'.repeat(columns.length)}`);
for (const [row, name] of rows.entries()) {
  console.log(`| ${name} | ${columns.map(({ ends }) => ends[row]).join(' | ')} |`);
}
console.log('');
for (const { way, held, ends } of columns) console.log(`${way.name}: ${held} of ${ends.length} held`);
if (columns.some(({ held, ends }) => held < ends.length)) process.exitCode = 1;

async function column(way: Way): Promise<{ ends: string[]; held: number }> {
  const sandbox = await way.create();
  try {
    const next = await sandbox.load(nextSource);
    const attempt = async (attack: Attack): Promise<string> => {
      if (attack.machine !== undefined && attack.machine !== process.arch) return 'held (other machine)';
      const ended = await attacked(way, sandbox, [attack, target]);
      await assertNextIsRight(way, sandbox, next);
      await target.assertUnchanged();
      return `held (${ended})`;
    };
    const ends: string[] = [];
    for (const attack of groups.flatMap(({ attacks }) => attacks)) {
      ends.push(await attempt(attack).catch((error: unknown) => `**NOT HELD**: ${short(error)}`));
    }
    return { ends, held: ends.filter((end) => end.startsWith('held')).length };
  } finally {
    await sandbox.close();
  }
}

function short(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/[\s|]+/g, ' ').slice(0, 160);
}
