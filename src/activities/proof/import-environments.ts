/** Finished environments from a file (ours): ids computed again, every gold call replayed twice, then closed. */
import { Environment } from '../../domain/environment/schema.ts';
import { changedContent } from '../../domain/environment/source.ts';
import type { EnvironmentId } from '../../domain/ids.ts';
import type { Outcome } from '../../domain/run/outcome.ts';
import { replay } from './assemble-environment.ts';
import { loadParsed } from './candidate-bodies.ts';
import type { ImportedInstance, ProofActivities, ProofStore } from './contract.ts';
import type { ProofTools } from './run-acceptance.ts';

type ImportInput = Parameters<ProofActivities['importEnvironments']>[0];
type Imported = Awaited<ReturnType<ProofActivities['importEnvironments']>>;

/** Replays side by side: each holds an interpreter. */
const atOnce = 4;

/** One page. */
export async function importEnvironments(
  tools: ProofTools,
  store: ProofStore,
  { runId, after }: ImportInput,
): Promise<Imported> {
  const page = await store.importedInstances(runId, after);
  const waiting = [...page];
  const lane = async (): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      const { outcome, id } = await judge(tools, store, one);
      const result = outcome.status === 'ok' ? { result: { id, body: one.environment } } : {};
      await store.closeInstance({ runId, id: one.id, outcome, ...result });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return { next: page.at(-1)?.ordinal ?? null };
}

async function judge(
  tools: ProofTools,
  store: ProofStore,
  { environment: body }: ImportedInstance,
): Promise<{ outcome: Outcome; id: EnvironmentId }> {
  const environment = await loadParsed(store, body, Environment);
  // The row's own id, which its content must give again.
  const id = environment.id as EnvironmentId;
  const changed = changedContent(environment);
  if (changed !== undefined) return { id, outcome: { status: 'rejected', rule: 'content_changed', detail: changed } };
  const replayed = await replay(tools, environment.tools);
  if (!replayed.ok) return { id, outcome: { status: 'rejected', rule: replayed.rule, detail: replayed.detail } };
  const other = replayed.value.find(({ cases }, at) =>
    cases.some(({ output }, no) => output !== environment.tools[at]?.cases[no]?.output),
  );
  if (other === undefined) return { id, outcome: { status: 'ok' } };
  const detail = `the gold calls of ${other.document.name} return something else than the row says`;
  return { id, outcome: { status: 'rejected', rule: 'final_replay', detail } };
}
