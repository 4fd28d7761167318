import assert from 'node:assert/strict';
import { normaliseDecomposition } from '../../../src/domain/decomposition/normalise.ts';
import type { SourceQuestion } from '../../../src/domain/decomposition/schema.ts';
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { chatBody, choiceFor, replyFor } from './asking.ts';
import type { Serving } from './serving.ts';
import { serve } from './serving.ts';

const row: SourceQuestion = {
  mode: 'domain',
  domain: 'lighthouses',
  language: 'en',
  hops: { min: 3, max: 3 },
  repeat: 0,
  provenance: {},
};
const request: JsonObject = { mode: row.mode, domain: row.domain, language: row.language, hops: row.hops };
const nodes: Json = [
  { id: 1, sub_question: 'What is the registration code of Velamora Guild?', answer: 'AB-1234', dependencies: [] },
  {
    id: 2,
    sub_question: 'What is the date that the schedule lists for that code?',
    answer: '2027-01-01',
    dependencies: [1],
  },
];
const judged = { question: 'When?', nodes };

/** Rules by which the spoiled first item of ten replies is refused; "accepted" when it is not. */
function verdicts(kind: string): Set<string> {
  const seeds = Array.from({ length: 10 }, (_, seed) => seed);
  return new Set(
    seeds.map((seed) => {
      const reply = replyFor({ prompt: 'decomposition/decompose', inputs: { request }, seed, faults: kind });
      const [first = null] = reply['decompositions'] as readonly Json[];
      const verdict = normaliseDecomposition(first, row);
      return verdict.status === 'accepted' ? 'accepted' : verdict.rule;
    }),
  );
}

describe('wrong decompositions', () => {
  const expected: { readonly [kind: string]: readonly string[] } = {
    cyclic: ['cycle'],
    dangling: ['unknown_reference'],
    self: ['self_reference'],
    forward: ['forward_reference'],
    'zero-id': ['unknown_reference'],
    'duplicate-ids': ['duplicate_id'],
    hops: ['hops_out_of_range'],
    'empty-answer': ['empty_answer'],
    script: ['language_mismatch'],
    'numeric-answer': ['accepted'],
    'string-ids': ['accepted'],
  };
  for (const [kind, rules] of Object.entries(expected)) {
    it(`of kind ${kind} are ${rules[0] === 'accepted' ? 'read with care' : `refused as ${rules[0]}`}`, () => {
      assert.deepEqual([...verdicts(kind)], rules);
    });
  }

  it('leave a reply without fault accepted', () => assert.deepEqual([...verdicts('')], ['accepted']));
});

describe('spoiled replies', () => {
  const contentOf = (faults: string): string | null =>
    choiceFor({ prompt: 'decomposition/atomicity', inputs: judged, faults }).content;
  const good = contentOf('') ?? '';

  it('still hold the whole JSON when fenced, wrapped or after thinking', () => {
    assert.equal(contentOf('fenced'), `\`\`\`json\n${good}\n\`\`\``);
    assert.ok(contentOf('wrapped')?.includes(`\n${good}\n`));
    assert.match(contentOf('think') ?? '', /^<think>.*<\/think>\n\{"nodes".*\}$/s);
  });

  it('hold none when they are prose, empty, cut, thinking without end or a refusal', () => {
    for (const kind of ['prose', 'empty', 'length', 'think-open'])
      assert.throws(() => JSON.parse(contentOf(kind) ?? ''));
    assert.match(contentOf('think-open') ?? '', /^<think>(?!.*<\/think>)/s);
    const choice = (faults: string) => choiceFor({ prompt: 'decomposition/atomicity', inputs: judged, faults });
    assert.equal(choice('length').finishReason, 'length');
    assert.equal(choice('refusal').content, null);
    assert.equal(choice('refusal').refusal, 'I cannot help with this request.');
  });

  it('differ from the good one in the named way', () => {
    assert.deepEqual(JSON.parse(contentOf('schema') ?? ''), { note: 'the work is done', done: true });
    assert.deepEqual(JSON.parse(contentOf('missing-key') ?? ''), {});
    assert.match(contentOf('string-booleans') ?? '', /"atomic":"(true|false)"/);
    assert.match(contentOf('string-numbers') ?? '', /"id":"1"/);
    assert.match(contentOf('out-of-range') ?? '', /"id":-1001/);
    assert.match(contentOf('unknown-ids') ?? '', /"id":9001/);
    assert.notEqual(JSON.parse(contentOf('wrong-length') ?? '').nodes.length, 2);
  });

  it('say that a node needs no tool although another rests on it', () => {
    const reply = replyFor({ prompt: 'decomposition/necessity', inputs: judged, faults: 'illegal-inner' });
    const needs = (reply['nodes'] as { needs_tool: boolean }[]).map((node) => node.needs_tool);
    assert.deepEqual(needs, [false, true]);
  });
});

describe('faults on the way', () => {
  let teacher: Serving;
  before(async () => {
    teacher = await serve();
  });
  after(() => teacher.close());

  let seed = 0;
  const ask = (faults: string): Promise<Response> => {
    const body = { ...chatBody({ prompt: 'decomposition/atomicity', inputs: judged }), seed: ++seed };
    return teacher.post(`/v1/chat/completions?faults=${encodeURIComponent(faults)}`, body);
  };

  it('are statuses, a 429 with its time to wait in each of three forms', async () => {
    for (const status of [500, 502, 503]) assert.equal((await ask(String(status))).status, status);
    assert.equal((await ask('429;retryAfter=7')).headers.get('retry-after'), '7');
    assert.equal((await ask('429-ms;retryAfter=0.25')).headers.get('retry-after-ms'), '250');
    const date = (await ask('429-date;retryAfter=60')).headers.get('retry-after') ?? '';
    assert.ok(Date.parse(date) > Date.now(), date);
  });

  it('are a reset connection, and a body that ends before its length', async () => {
    await assert.rejects(ask('reset'));
    await assert.rejects(async () => (await ask('truncated')).text());
  });

  it('are a silence that only the caller ends', async () => {
    const body = JSON.stringify({ ...chatBody({ prompt: 'decomposition/atomicity', inputs: judged }), seed: ++seed });
    const answer = fetch(`${teacher.url}/v1/chat/completions`, {
      method: 'POST',
      body,
      headers: { 'x-teacher-faults': 'hang' },
      signal: AbortSignal.timeout(150),
    });
    await assert.rejects(answer, { name: 'TimeoutError' });
  });

  it('clear after as many asks of the same request as the plan says, so that a run ends', async () => {
    const body = chatBody({ prompt: 'decomposition/atomicity', inputs: judged, seed: 99_999 });
    const statuses = [];
    for (let at = 0; at < 4; at++) {
      statuses.push((await teacher.post('/v1/chat/completions?faults=503;first=2', body)).status);
    }
    assert.deepEqual(statuses, [503, 503, 200, 200]);
  });
});
