/**
 * The sandbox alone: one isolated call, and an episode whose state lives between calls.
 * Usage: sh scripts/bootstrap.sh examples/05-sandbox-in-code/main.ts
 */
import { createZygoteSandbox } from '../../src/activities/sandbox/zygote-pool.ts';

const source = `
STATE = {"seen": []}

def remember(word):
    STATE["seen"].append(word)
    return {"count": len(STATE["seen"]), "latest": word}
`;

const sandbox = await createZygoteSandbox();
try {
  const env = await sandbox.load(source);

  // A call starts from the source alone: the second one does not see the first.
  for (const word of ['kelp', 'buoy']) {
    const result = await sandbox.call(env, 'remember', { word }, { cpuMs: 500, memMb: 256 });
    console.log(result.status === 'ok' ? result.canonical : `${result.status}: ${result.error.message}`);
  }

  // An episode keeps STATE and can be rebuilt anywhere from its log.
  const episode = await sandbox.open(env);
  for (const word of ['kelp', 'buoy']) {
    const result = await episode.call('remember', { word });
    console.log(result.status === 'ok' ? result.canonical : `${result.status}: ${result.error.message}`);
  }
  const { hash, log } = await episode.state();
  console.log(`${log.length} calls, state ${hash.slice(0, 12)}, level ${sandbox.info().level}`);
  episode.close();
} finally {
  await sandbox.close();
}
