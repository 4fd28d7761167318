import assert from 'node:assert/strict';
import fc from 'fast-check';
import { feedbackOf } from '../../../src/domain/environment/acceptance.ts';
import { isErrorValue, isStructuredError, type ObservedCall } from '../../../src/domain/environment/call-outcome.ts';
import {
  goldCallFindings,
  negativeFindings,
  repeatFindings,
  sensitivityFindings,
} from '../../../src/domain/environment/call-rules.ts';
import { crossAnswerFindings } from '../../../src/domain/environment/cross-answers.ts';
import { canonicalJson } from '../../../src/domain/ids.ts';
import type { Json } from '../../../src/domain/json.ts';
import { goldOf } from '../../support/python-tools.ts';

function returned(value: Json): ObservedCall {
  return { status: 'ok', value, canonical: canonicalJson(value), stdout: '', loadStdout: '' };
}
function raised(type: string, message: string): ObservedCall {
  return { status: 'tool_error', error: { type, message }, stdout: '', loadStdout: '' };
}
const gold = goldOf('2102650');
const right = returned({ count: 2102650 });

describe('what a run says', () => {
  it('is an error when the value says so', () => {
    for (const value of [
      { error: { type: 'x' } },
      { error: 'x' },
      { success: false },
      { status: 'Error' },
      'Error: none',
      'invalid city',
    ]) {
      assert.equal(isErrorValue(value), true, JSON.stringify(value));
    }
    for (const value of [{ error: null }, { errors: [] }, { status: 'ok' }, 'errors: 3', 0, null, []]) {
      assert.equal(isErrorValue(value), false, JSON.stringify(value));
    }
  });

  it('is a structured error when the code meant to raise it', () => {
    assert.equal(isStructuredError(raised('ValueError', 'bad')), true);
    assert.equal(isStructuredError(raised('ValueError', ' ')), false);
    assert.equal(isStructuredError(raised('AttributeError', 'int has no lower')), false);
    assert.equal(isStructuredError({ ...raised('x', 'y'), status: 'timeout' }), false);
    assert.equal(isStructuredError(right), false);
  });
});

describe('the rules on runs', () => {
  const runs = { gold: right, repeat: right, variants: [], negatives: [] };
  const sensitivity = (...others: ObservedCall[]): number =>
    sensitivityFindings(gold, { ...runs, variants: others.map((run) => ({ args: {}, run })) }, 'value').length;

  it('want a different result without the answer, and take no error, nothing or repetition for one', () => {
    assert.equal(sensitivity(returned({ count: 5 })), 0);
    assert.equal(sensitivity(), 1);
    assert.equal(sensitivity(right), 1);
    assert.equal(sensitivity(returned({ count: 2102650, more: 1 })), 1);
    assert.equal(
      sensitivity(returned({ error: 'no' }), raised('KeyError', 'no'), returned(null), returned({}), returned([])),
      1,
    );
    assert.equal(sensitivityFindings(gold, { ...runs, variants: null }, 'value').length, 1);
  });

  it('read text of imported tools as text: an echoed argument makes no other result', () => {
    const said = (city: string): ObservedCall => returned(`There are 2102650 people and 7 gates in ${city}.`);
    const spoken = { ...runs, gold: said('Paris'), variants: [{ args: { city: 'Lyon' }, run: said('Lyon') }] };
    assert.equal(sensitivityFindings(gold, spoken, 'value_or_text').length, 1);
  });

  it('want the same bytes twice', () => {
    assert.deepEqual(repeatFindings(runs), []);
    assert.equal(repeatFindings({ ...runs, repeat: returned({ count: 2102650, at: 1 }) }).length, 1);
    assert.equal(repeatFindings({ ...runs, repeat: { ...right, stdout: 'x' } }).length, 1);
  });

  it('want an error for what the document does not allow, and no answer for what does not exist', () => {
    const negative = (kind: 'missing' | 'unknown', run: ObservedCall): number =>
      negativeFindings(gold, { ...runs, negatives: [{ probe: { kind, parameter: 'city', args: {} }, run }] }).length;
    assert.equal(negative('missing', raised('TypeError', 'missing city')), 0);
    assert.equal(negative('missing', returned({ count: 1 })), 1);
    assert.equal(negative('unknown', returned({ count: 1 })), 0);
    assert.equal(negative('unknown', right), 1);
  });

  it('never take an error or a printed answer for the answer', () => {
    assert.deepEqual(goldCallFindings(gold, right, 'value'), []);
    assert.equal(goldCallFindings(gold, returned({ error: 'x', count: 2102650 }), 'value').length, 2);
    assert.equal(goldCallFindings(gold, { ...returned(null), stdout: '2102650' }, 'value').length, 1);
    assert.deepEqual(goldCallFindings(gold, { ...returned(null), stdout: '2102650' }, 'value_or_text'), []);
    assert.equal(goldCallFindings(goldOf('2'), returned('x25y'), 'value_or_text').length, 1);
  });

  it('find a member whose result holds the answer of another, unless they share it', () => {
    const member = (nodeId: number, answer: string, value: Json) => ({
      nodeId,
      gold: goldOf(answer),
      run: returned(value),
    });
    assert.deepEqual(crossAnswerFindings([member(1, '111', { n: 111 }), member(2, '222', { n: 222 })]), []);
    assert.equal(crossAnswerFindings([member(1, '111', [111, 222]), member(2, '222', { n: 222 })]).length, 1);
    assert.deepEqual(crossAnswerFindings([member(1, '111', { n: 111 }), member(2, '111', { n: 111 })]), []);
  });

  it('tell the implementation writer nothing that a run echoes of its arguments', () => {
    const secret = fc.stringMatching(/^[A-Z][A-Z0-9]{7,15}$/);
    fc.assert(
      fc.property(secret, fc.boolean(), (value, raises) => {
        const run = raises ? raised('KeyError', `no ${value}`) : returned({ [value]: value });
        const other = { args: { city: value }, run };
        const all = {
          gold: run,
          repeat: right,
          variants: [other],
          negatives: [{ probe: { kind: 'unknown' as const, parameter: 'city', args: { city: value } }, run: right }],
        };
        const findings = [
          ...goldCallFindings(gold, run, 'value'),
          ...repeatFindings(all),
          ...sensitivityFindings(gold, all, 'value'),
          ...negativeFindings(gold, all),
        ];
        const told = feedbackOf(findings).implementation.join('\n');
        return told !== '' && !told.includes(value);
      }),
    );
  });
});
