import assert from 'node:assert/strict';
import type { OwnedSandbox } from '../../../src/activities/sandbox/contract.ts';
import { createZygoteSandbox } from '../../../src/activities/sandbox/zygote-pool.ts';
import { whole } from './backends.ts';

const source = `
import random, collections, statistics, uuid, datetime, json, re
CITIES = {"oslo": 0.7, "bergen": 0.3, "tromso": 0.1}
def f(i):
    pick = random.sample(sorted(CITIES), 2)
    words = collections.Counter(re.findall("[a-z]+", " ".join(pick) * (i % 5 + 1)))
    day = datetime.date.today() + datetime.timedelta(days=random.randint(0, i))
    return {"pick": pick, "words": words, "mean": statistics.fmean(random.gauss(0, 1) for _ in range(20)),
        "id": str(uuid.uuid4()), "day": day.isoformat(), "text": json.dumps(CITIES, indent=i % 3)}
`;
const careless = `
def f(): return list({"oslo", "bergen", "tromso", "bodo", "molde", "hamar"})
`;

describe('the determinism gate', () => {
  let sandbox: OwnedSandbox;
  before(async () => {
    sandbox = await createZygoteSandbox({ level: 'seccomp', size: 2 });
  });
  after(() => sandbox.close());

  const calls = whole ? 1_000 : 50;
  it(`sees the same bytes from ${calls} calls in interpreters of either hash seed`, async () => {
    const env = await sandbox.load(source);
    const texts = (hashSeed: 0 | 1) =>
      Promise.all(
        Array.from({ length: calls }, async (_, i) => {
          const result = await sandbox.call(env, 'f', { i }, { hashSeed, seed: `call ${i}` });
          return result.canonical ?? JSON.stringify(result.error);
        }),
      );
    const first = await texts(0);
    assert.equal(new Set(first).size, calls);
    assert.deepEqual(await texts(1), first);
    assert.deepEqual(await texts(0), first);
  });

  it('sees a tool that depends on the order of a set', async () => {
    const env = await sandbox.load(careless);
    const [one, other] = await Promise.all(
      ([0, 1] as const).map((hashSeed) => sandbox.call(env, 'f', {}, { hashSeed })),
    );
    assert.notEqual(one?.canonical, other?.canonical);
  });
});
