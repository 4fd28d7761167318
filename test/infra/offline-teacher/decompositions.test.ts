import assert from 'node:assert/strict';
import fc from 'fast-check';
import { rngOf } from '../../../infra/offline-teacher/draws.ts';
import { slotText } from '../../../infra/offline-teacher/language/names.ts';
import { readQuestion } from '../../../infra/offline-teacher/questions/frame.ts';
import { KINDS } from '../../../infra/offline-teacher/questions/kinds.ts';
import { ask, fillPhrase } from '../../../infra/offline-teacher/questions/wording.ts';
import { normaliseDecomposition } from '../../../src/domain/decomposition/normalise.ts';
import type { SourceQuestion } from '../../../src/domain/decomposition/schema.ts';
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { replyFor } from './asking.ts';
import { instancesOf, sourceRow } from './candidates.ts';

const itemsFor = (row: JsonObject, seed = 1): readonly JsonObject[] =>
  replyFor({ prompt: 'decomposition/decompose', inputs: { request: row }, seed })[
    'decompositions'
  ] as readonly JsonObject[];

describe('decompositions of the offline teacher', () => {
  it('are accepted for every domain, language and hop range', () => {
    const domain = fc.oneof(
      fc.string({ minLength: 1, unit: 'grapheme' }),
      fc.constantFrom('things_to_do', '量子物理', 'a{b}'),
    );
    const languages = fc.constantFrom('en', 'zh', 'fr', 'ja', 'ru', 'ar', 'ko', 'hi', 'th', 'el', 'he', 'de', 'pt-BR');
    const asked = fc.record({ name: domain, language: languages, min: fc.integer({ min: 1, max: 7 }) });
    fc.assert(
      fc.property(asked, fc.nat(), ({ name, language, min }, seed) => {
        if (name.trim() === '') return;
        const hops = { min, max: min + (seed % 3) };
        const row: SourceQuestion = { mode: 'domain', domain: name, language, hops, repeat: 0, provenance: {} };
        for (const item of itemsFor({ mode: 'domain', domain: name, language, hops }, seed)) {
          const verdict = normaliseDecomposition(item, row);
          assert.equal(verdict.status, 'accepted', JSON.stringify(verdict));
          if (verdict.status !== 'accepted') continue;
          const { language: flagged, ...claims } = verdict.instance.differingClaims;
          assert.deepEqual(claims, {}, `claims of ${flagged}`);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('come in all four scenarios and with answers of all types', () => {
    const instances = Array.from({ length: 60 }, (_, at) => sourceRow(at)).flatMap((row) => instancesOf(row));
    const scenarios = new Set(instances.map(({ scenario }) => scenario));
    assert.deepEqual(scenarios, new Set(['Single-Hop', 'Multi-Hop', 'Parallel Single-Hop', 'Parallel Multi-Hop']));
    const types = new Set(instances.flatMap(({ nodes }) => nodes.map(({ answer }) => answer.type)));
    assert.deepEqual(types, new Set(['number', 'boolean', 'date', 'list', 'phrase']));
  });

  it('keep a given question and its answer, and ask about its phrases', () => {
    const question = 'Which museum in Berlin Mitte opened the Nefertiti hall in 2019?';
    const row = {
      mode: 'question',
      domain: 'art',
      language: 'en',
      hops: { min: 2, max: 2 },
      question,
      answer: 'Neues Museum',
    };
    const [item] = itemsFor(row);
    assert.equal(item?.['question'], question);
    assert.equal(item?.['answer'], 'Neues Museum');
    const nodes = item?.['nodes'] as readonly JsonObject[];
    assert.equal(nodes.at(-1)?.['answer'], 'Neues Museum');
    assert.match(nodes.map((node) => node['sub_question']).join('\n'), /Berlin Mitte|Nefertiti/);
  });

  it('take names from the corpus', () => {
    const corpus = 'The Baltic Ferry Union carried 4,300 passengers from Tallinn to Turku under Aino Laine.';
    const row = { mode: 'corpus', domain: 'ferries', language: 'en', hops: { min: 2, max: 3 }, corpus };
    const texts = [1, 2, 3, 4, 5].map((seed) => JSON.stringify(itemsFor(row, seed)));
    const found = texts.filter((text) => /Baltic Ferry Union|Tallinn|Turku|Aino Laine/.test(text));
    assert.ok(found.length >= 3, `${found.length} of 5`);
  });

  it('ask things that the teacher reads back as the kind they are, in both languages', () => {
    for (const kind of KINDS) {
      for (const speech of ['en', 'zh'] as const) {
        for (let style = 0; style < 3; style++) {
          const source = {
            rng: rngOf(`${kind.id}/${style}`),
            language: speech,
            theme: [],
            given: [],
            givenNumbers: [],
            used: new Set<string>(),
          };
          const slots = Object.fromEntries(
            Object.entries(kind.slots).map(([name, type]) => [name, slotText(source, type)]),
          );
          const question = ask(fillPhrase(kind, speech, slots), speech, style);
          const frame = readQuestion({ question, known: [] });
          assert.equal(frame.kind?.id, kind.id, question);
          assert.ok(frame.slots.every((slot) => slot.value !== undefined));
        }
      }
    }
  });

  it('hold calculations that come out right', () => {
    const value = (question: string, known: string[] = []): Json | undefined => {
      const frame = readQuestion({ question, known: known.map((answer) => ({ question: 'q', answer })) });
      const args = Object.fromEntries(frame.slots.map((slot) => [slot.name, slot.value ?? null]));
      return frame.kind?.compute?.answer(args);
    };
    assert.equal(value('What is the total cost of 12 units at 1,250.40 EUR each?'), '15,004.80 EUR');
    assert.equal(value('What is the difference between 10.10 EUR and that amount?', ['30.25 EUR']), '20.15 EUR');
    assert.equal(value('What is the value of 100.00 EUR exchanged into USD at a rate of 1.0850?'), '108.50 USD');
    assert.equal(value('What is the date 30 days after 2024-02-15?'), '2024-03-16');
    assert.equal(value('What is the number of days between 2024-02-15 and 2024-03-16?'), 30);
    assert.equal(value('What is the travel time in minutes for 90 km at 60 km/h?'), '90.00 minutes');
    assert.equal(value('What is the ratio of 30 to 120 as a percentage?'), '25.00%');
    assert.equal(value('What is the number of readings above 4 in the list 3, 4, 5, 6?'), 2);
    assert.equal(value('What is the mean, to two decimals, of the readings 1, 2, 4?'), '2.33');
    assert.equal(value('What is the class of 50 when the classes low, mid, high start at 0, 40, 80?'), 'mid');
    const interest = 'What is the final value of 100.00 EUR after 2 years at 10.00 percent compound interest?';
    assert.equal(value(interest), '121.00 EUR');
  });
});
