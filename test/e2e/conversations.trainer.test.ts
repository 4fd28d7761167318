/**
 * SFT on judged conversations against the real service: only with ASTRA_TRAINER_TESTS=1 and ASTRA_TRAINER_URL (the service
 * runs). Some ten seconds; nothing here asserts a time.
 */
import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { createTrainerActivities } from '../../src/activities/trainer/activities.ts';
import type { SftRecord, TrainerActivities, TrainingStore } from '../../src/activities/trainer/contract.ts';
import { createTrainerWire } from '../../src/activities/trainer/http-wire.ts';
import { createLocalBackend } from '../../src/activities/trainer/local-backend.ts';
import { createOpenAiJobs } from '../../src/activities/trainer/openai-jobs.ts';
import { hashText, type RunId } from '../../src/domain/ids.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { memoryGates } from '../support/memory-gates.ts';
import { memoryTrainingStore } from '../support/memory-training-store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const url = process.env['ASTRA_TRAINER_URL'] ?? '';
const asked = process.env['ASTRA_TRAINER_TESTS'] === '1' && url !== '';
const runId = 'talks' as RunId;

const tool = (no: number): JsonObject => ({
  type: 'function',
  function: {
    name: `find_place_${no}`,
    // Texts that no vocabulary of 704 pieces shortens much.
    description: [1, 2, 3].map((part) => hashText(`${no} ${part}`)).join(' '),
    parameters: { type: 'object', properties: { name: { type: 'string' }, deep: { type: 'boolean' } } },
  },
});
const called = (id: string, name: string): JsonObject => ({
  id,
  type: 'function',
  function: { name: 'find_place_3', arguments: JSON.stringify({ name }) },
});

/** A conversation on a server of fourteen tools; its first call was refused by a judge. */
const talk = (name: string): JsonObject => ({
  messages: [
    { role: 'user', content: `Where is ${name}?` },
    { role: 'assistant', content: '', tool_calls: [called('call_1_1', 'nowhere')], weight: 0 },
    { role: 'tool', content: 'no such place', tool_call_id: 'call_1_1' },
    { role: 'assistant', content: '', tool_calls: [called('call_2_1', name)], weight: 1 },
    { role: 'tool', content: '{"street":"Kiln Lane 4"}', tool_call_id: 'call_2_1' },
    { role: 'assistant', content: `${name} is in Kiln Lane 4.`, weight: 1 },
  ],
  tools: Array.from({ length: 14 }, (_, no) => tool(no)),
  parallel_tool_calls: true,
  meta: { id: name },
});

(asked ? describe : describe.skip)('SFT on conversations with the service', function () {
  this.timeout(180_000);
  const wire = createTrainerWire(url || 'http://127.0.0.1:9');
  after(() => wire.close());
  const backend = createLocalBackend(wire);
  const talks = ['Bakery', 'Ferry', 'Tannery', 'Library'].map(talk);

  function trained(sft: object, rows: readonly JsonObject[] = talks) {
    const config = { seed: 1, sft: { data: 'trajectories', ...sft } };
    let record: SftRecord = { loss: [], notes: [] };
    const store: TrainingStore = {
      ...memoryTrainingStore(config, []),
      selectedConversations: () => Promise.resolve(rows),
      async saveJobRecord(_run, _job, told) {
        record = told;
      },
    };
    const nothing = () => {
      throw new Error('nothing is run here');
    };
    const activities = createTrainerActivities({
      gates: memoryGates(),
      store,
      runTool: nothing,
      openLive: nothing,
      backend: () => backend,
      sft: () => createOpenAiJobs(new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none' }), backend),
      embed: nothing,
      folder: temporaryFolder(),
      now: () => Date.now(),
    });
    return { activities, store, record: () => record };
  }

  async function dispatched(activities: TrainerActivities) {
    const { plan } = await activities.planTraining({ runId });
    const { dataset, rows } = await activities.prepareSft({ runId, plan });
    return { rows, dataset, ...(await activities.dispatchSft({ runId, dataset, round: 0 })) };
  }

  it('refuses rows that are longer than the policy reads, with their numbers and what to do', async () => {
    await assert.rejects(
      dispatched(trained({}).activities),
      (error: Error) =>
        /4 of 4 rows have more than 1024 tokens \(rows 1, 2, 3, 4\): .*overlong/.test(error.message) &&
        !/422.*422/.test(error.message),
    );
  });

  it('trains on them where tools are listed by their signatures, and not on turns of weight 0', async () => {
    const { activities, record } = trained({
      toolView: 'signatures',
      hyperparameters: { steps: 3, batch_size: 2 },
    });
    const { rows, dataset, job } = await dispatched(activities);
    const seen = await activities.awaitSft({ runId, job, dataset });

    assert.deepEqual([rows, seen.status, seen.step], [4, 'succeeded', 3]);
    assert.match(record().notes.join('\n'), /^4 rows, \d+ tokens, \d+ of them trained/m);
    const model = seen.result?.model ?? '';
    const { messages } = talk('Bakery');
    const mask = async (row: object): Promise<number> => {
      const asked = { model, add_generation_prompt: false, return_mask: true, ...row };
      const answer = await fetch(`${url}/v1/render`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(asked),
      });
      return (Object(await answer.json()).mask as number[]).reduce((sum, one) => sum + one, 0);
    };
    const whole = (messages as readonly JsonObject[]).map(({ weight: _weight, ...message }) => message);
    const [left, all] = [await mask({ messages }), await mask({ messages: whole })];
    assert.ok(left > 0 && left < all, `${left} of ${all} tokens are trained`);
  });

  it('counts the rows that it leaves out where the run says so', async () => {
    const short = {
      messages: [
        { role: 'user', content: 'Hello' },
        { role: 'assistant', content: 'Good day.' },
      ],
    };
    const { activities, record } = trained({ hyperparameters: { steps: 1, batch_size: 1, overlong: 'leave_out' } }, [
      ...talks,
      short,
    ]);
    const { dataset, job } = await dispatched(activities);
    await activities.awaitSft({ runId, job, dataset });

    assert.deepEqual(record().notes.slice(0, 1), ['4 rows were too long and are left out']);
  });
});
