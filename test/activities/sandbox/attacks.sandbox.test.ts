import type { EnvRef } from '../../../src/activities/sandbox/contract.ts';
import { attackGroups } from './attack-list.ts';
import type { Way } from './attack-run.ts';
import {
  allWays,
  assertNextIsRight,
  attacked,
  episodes,
  nextSource,
  singleCalls,
  Target,
  templates,
} from './attack-run.ts';
import { onEach, whole } from './backends.ts';

/** In a quick run, what stays is attacked only by what could hurt it more than a process that ends. */
const ofProcessesThatStay = ['doubles', 'output', 'processes'];
const weakest = (ways: Way[]): Way[] => ways.slice(-1);
const quick = [...singleCalls, ...weakest(templates), ...weakest(episodes)];

/** After every attack, the next call on the same interpreter must give the right answer and leave the host as it was. */
describe('attacks on the sandbox', () => {
  const target = new Target();
  before(() => target.open());
  after(() => target.close());

  for (const way of whole ? allWays : quick) {
    onEach([way], (sandbox) => {
      let next: EnvRef;
      before(async () => {
        next = await sandbox().load(nextSource);
      });

      for (const { group, attacks } of attackGroups) {
        if (!whole && way.shape !== 'call' && !ofProcessesThatStay.includes(group)) continue;
        describe(group, () => {
          for (const attack of attacks) {
            it(attack.name, async function () {
              if (attack.machine !== undefined && attack.machine !== process.arch) this.skip();
              await assertNextIsRight(way, sandbox(), next);
              await attacked(way, sandbox(), [attack, target]);
              await assertNextIsRight(way, sandbox(), next);
              await target.assertUnchanged();
            });
          }
        });
      }
    });
  }
});
