/** The llm activity in a world of its own: a store in memory, a model that is scripted or spoken to over the wire. */
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { GateNotice } from '../../../src/activities/gate/contract.ts';
import { createLlmActivities } from '../../../src/activities/llm/activities.ts';
import { createAdaptiveSlots } from '../../../src/activities/llm/adaptive-slots.ts';
import { type Chat, createChat } from '../../../src/activities/llm/chat.ts';
import type { AskRequest } from '../../../src/activities/llm/contract.ts';
import { createOpenAiWire } from '../../../src/activities/llm/openai-client.ts';
import { createOutageWatch } from '../../../src/activities/llm/outage-watch.ts';
import { createArgumentValidator } from '../../../src/activities/proof/validate-arguments.ts';
import type { BlobHash, RunId } from '../../../src/domain/ids.ts';
import { type ScriptedAnswer, scriptedLlm } from '../../support/scripted-llm.ts';
import { capitalPrompt, judgeModel } from './capital-prompt.ts';
import { type MemoryStoreOptions, memoryCallStore } from './memory-call-store.ts';

// Ids of the tests' own world.
export const request: AskRequest = {
  runId: 'r1' as RunId,
  prompt: 'test/capital',
  subject: 'inst-1/n2',
  facts: { atlas: 'hash-france' as BlobHash },
  params: { style: 'short' },
  sample: 0,
  feedback: [],
};
const price = { promptPerMillion: 1, completionPerMillion: 10 };
const wellDefined: MemoryStoreOptions = {
  bodies: { 'hash-france': { country: 'France' } },
  model: judgeModel({ price, concurrency: 8 }),
};

export function world(chat: Chat, options: Partial<MemoryStoreOptions> = {}) {
  const store = memoryCallStore({ ...wellDefined, ...options });
  const trips: GateNotice[] = [];
  const gate = { trip: (notice: GateNotice) => Promise.resolve(void trips.push(notice)) };
  const slots = createAdaptiveSlots({ maximum: 4, now: () => 0 });
  const activities = createLlmActivities({
    store,
    prompts: new Map([[capitalPrompt.id, capitalPrompt]]),
    chat,
    outages: createOutageWatch({ gate, rng: () => 0 }),
    queueOf: (role) => `queue-${role}`,
    slotsOf: () => slots,
    now: () => 5000,
    validate: createArgumentValidator(),
  });
  return { store, trips, slots, ...activities };
}

export function scriptedWorld(answers: readonly ScriptedAnswer[], options?: Partial<MemoryStoreOptions>) {
  const llm = scriptedLlm(answers);
  return { llm, ...world(llm.chat, options) };
}

export function inActivity(): MockActivityEnvironment {
  const info = { attempt: 3, workflowExecution: { workflowId: 'astra/r1/x', runId: 'x' }, heartbeatTimeoutMs: 60_000 };
  return new MockActivityEnvironment(info, { logger: new DefaultLogger('ERROR') });
}

/** Models behind real connections, by their base URL; called in a suite, whose end ends the connections. */
export function chatOfSuite(): (baseUrl: string) => Chat {
  const wire = createOpenAiWire();
  after(() => wire.close());
  return (fallbackBaseUrl) =>
    createChat({ wire, secret: () => 'sk-secret', fallbackBaseUrl, now: () => 0, rng: () => 0 });
}
