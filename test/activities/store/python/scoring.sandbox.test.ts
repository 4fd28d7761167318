import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createProofTools } from '../../../../src/activities/proof/activities.ts';
import type { OwnedSandbox } from '../../../../src/activities/sandbox/contract.ts';
import { createZygoteSandbox } from '../../../../src/activities/sandbox/zygote-pool.ts';
import { createExecutor } from '../../../../src/cli/reward/execute-calls.ts';
import { createEpisodeExecutor } from '../../../../src/cli/reward/execute-episode.ts';
import { rewardRows } from '../../../../src/cli/reward/reward-rows.ts';
import type { Environment } from '../../../../src/domain/environment/schema.ts';
import { instanceRow, statefulInstanceRow } from '../../../../src/domain/export/playable/instance-row.ts';
import type { Json, JsonObject } from '../../../../src/domain/json.ts';
import { answer, calls, say, user } from '../../../domain/trajectory/conversations.ts';
import { libraryRow } from '../../../support/stateful-library.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const python = join(import.meta.dirname, '../../../../src/activities/store/python');

const phrase = (text: string) => ({ text, type: 'phrase', value: text }) as const;
const tool = (name: string, code: string, cases: Environment['tools'][number]['cases']) => ({
  id: `tool-${name}`,
  document: { name, description: name, parameters: { type: 'object', properties: {} } } as const,
  code,
  cases,
  proof: [],
  mergedFrom: [1],
});
const question = (nodeId: number, name: string, gold: { city: string; answer: string }) => ({
  nodeId,
  question: `${name} of ${gold.city}?`,
  gold: phrase(gold.answer),
  call: { name, arguments: { city: gold.city } },
  output: '',
});

/** Two twins from one tool, a fare with a currency from another. */
const environment: Environment = {
  schemaVersion: 1,
  id: 'twins',
  instanceId: 'twins-1',
  question: 'Which cities are the twins, and what is the fare between them?',
  answer: phrase('240 EUR'),
  language: 'en',
  domain: 'travel',
  scenario: 'Multi-Hop',
  hops: 2,
  nodes: ['Oslo', 'Rome', '240 EUR'].map((gold, at) => ({
    id: at + 1,
    subQuestion: 'q',
    answer: phrase(gold),
    dependencies: [],
    tool: 'twin',
  })),
  tools: [
    tool(
      'twin',
      `TWINS = {'Aarhus': 'Oslo', 'Paris': 'Rome'}
def twin(city, all=False):
    if all:
        return list(TWINS.values())
    if city not in TWINS:
        raise ValueError(f'no city {city}')
    return {'twin': TWINS[city]}`,
      [question(1, 'twin', { city: 'Aarhus', answer: 'Oslo' }), question(2, 'twin', { city: 'Paris', answer: 'Rome' })],
    ),
    tool('fare', "def fare(city):\n    return {'error': 'unknown'} if city != 'Oslo' else {'fare_eur': 240.0}", [
      {
        ...question(3, 'fare', { city: 'Oslo', answer: '240 EUR' }),
        gold: { text: '240 EUR', type: 'number', value: 240, unit: 'EUR' },
      },
    ]),
  ],
  replayHash: 'none',
  score: null,
};

type Step = readonly [name: string, args: JsonObject | string];

function talk(id: string, of: string, steps: readonly Step[]): JsonObject {
  const turns = steps.flatMap(([name, args], at) => [calls([`c${at}`, name, args]), answer(`c${at}`, 'told')]);
  return { id, environment: of, messages: [user('Please.'), ...turns, say('It is 240 EUR.')] };
}

const [aarhus, paris, oslo]: [Step, Step, Step] = [
  ['twin', { city: 'Aarhus' }],
  ['twin', { city: 'Paris' }],
  ['fare', { city: 'Oslo' }],
];
const conversations = [
  talk('all', 'twins', [aarhus, paris, oslo]),
  talk('none', 'twins', []),
  talk('half', 'twins', [aarhus, aarhus, ['twin', { city: 'Bergen' }], oslo]),
  talk('at-once', 'twins', [['twin', { city: '', all: true }]]),
  talk('wrong', 'twins', [
    ['fare', { city: 'Rome' }],
    ['fly', {}],
    ['twin', '["Paris"]'],
    ['twin', { town: 'Paris' }],
  ]),
];

interface Parts {
  readonly id: string;
  readonly recall: number | null;
  readonly precision: number | null;
  readonly reward: number | null;
}

/** The rewards that the exported program gives. */
function pythonRewards(instances: readonly Json[], trajectories: readonly Json[]): Parts[] {
  const folder = temporaryFolder();
  const write = (name: string, rows: readonly Json[]): string => {
    writeFileSync(join(folder, name), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    return join(folder, name);
  };
  const files = [write('instances.jsonl', instances), write('trajectories.jsonl', trajectories)];
  const run = spawnSync('python3', ['-m', 'astra_play.score_rows', ...files], { cwd: python });
  assert.equal(run.stderr.toString(), '');
  const lines = run.stdout.toString().trimEnd().split('\n');
  return lines.map((line) => {
    const { id, recall, precision, f1 } = JSON.parse(line);
    return { id, recall, precision, reward: f1 };
  });
}

describe('the reward in Python', function () {
  this.timeout(60_000);
  let sandbox: OwnedSandbox;

  before(async () => {
    sandbox = await createZygoteSandbox();
  });
  after(() => sandbox.close());

  const ours = async (environments: readonly Json[], trajectories: readonly Json[]): Promise<Parts[]> => {
    const by = { calls: createExecutor(sandbox), episode: createEpisodeExecutor(sandbox) };
    const rows = await rewardRows({ environments, trajectories }, by);
    return rows.map(({ id, recall, precision, reward }) => ({ id, recall, precision, reward }));
  };

  it('is that of our own on the same conversations: repeated, failed, unknown and malformed calls count', async () => {
    const said = pythonRewards([instanceRow(environment)], conversations);

    assert.deepEqual(said, await ours([environment as unknown as Json], conversations));
    assert.deepEqual(
      said.map(({ id, reward }) => [id, reward?.toFixed(3)]),
      [
        ['all', '1.000'],
        ['none', '0.000'],
        ['half', '0.571'],
        ['at-once', '0.800'],
        ['wrong', '0.000'],
      ],
    );
  });

  it('is that of our own with state: the goal that was reached, and nothing changed too often', async () => {
    const library = await libraryRow(createProofTools(sandbox));
    const gold: Step[] = library.gold.map(({ fn, args }) => [fn, args as JsonObject]);
    const [first, ...rest] = gold;
    assert.ok(first !== undefined);
    const made = [
      talk('gold', library.id, gold),
      talk('shortened', library.id, gold.slice(0, -1)),
      talk('lent-twice', library.id, [first, ...gold]),
      talk('extended-twice', library.id, [first, ...rest.slice(0, 1), ...rest]),
      talk('without-first', library.id, rest),
      talk('untouched', library.id, []),
    ];
    const said = pythonRewards([statefulInstanceRow(library)], made);

    assert.deepEqual(said, await ours([library as unknown as Json], made));
    assert.deepEqual(
      said.map(({ id, reward }) => [id, reward?.toFixed(3)]),
      [
        ['gold', '1.000'],
        ['shortened', '0.800'],
        ['lent-twice', '1.000'],
        ['extended-twice', '0.444'],
        ['without-first', '0.000'],
        ['untouched', '0.000'],
      ],
    );
  });

  it('is the same number from the text of a response, as verl hands it to a reward function', () => {
    const ask = ([name, args]: Step): string =>
      `<tool_call>\n${JSON.stringify({ name, arguments: args })}\n</tool_call>`;
    const text = (...steps: Step[]): string =>
      `${steps.map((step) => `I ask.\n${ask(step)}<|im_end|>\n<tool_response>told</tool_response>\n`).join('')}<|im_start|>assistant\nIt is 240 EUR.<|im_end|>`;
    const texts = [text(aarhus, paris, oslo), text(aarhus, aarhus, ['twin', { city: 'Bergen' }], oslo), '<tool_call>{'];
    const program = `
import json, sys
sys.path[:0] = ["verl", "."]
from astra_reward import compute_score
print(json.dumps([compute_score("astra", text, sys.argv[1], {}) for text in json.load(sys.stdin)]))`;
    const run = spawnSync('python3', ['-c', program, JSON.stringify(instanceRow(environment))], {
      cwd: python,
      input: JSON.stringify(texts),
    });

    assert.equal(run.stderr.toString(), '');
    const [all, half, broken] = JSON.parse(run.stdout.toString());
    assert.deepEqual(all, { score: 1, n: 3, solved: 3, calls: 3, recall: 1, precision: 1, final_answer_ok: 1 });
    assert.deepEqual([half.score.toFixed(3), half.calls], ['0.571', 4]);
    assert.deepEqual([broken.score, broken.calls, broken.final_answer_ok], [0, 1, 0]);
  });
});
