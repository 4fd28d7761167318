import assert from 'node:assert/strict';
import { orderProblem } from '../../../src/domain/graph/chain-order.ts';
import { dependencyProblems, judgeDependency } from '../../../src/domain/graph/dependency.ts';
import { type ChainReplies, type ChainTrial, judgeChain } from '../../../src/domain/graph/judge-chain.ts';
import type { Chain, ChainDependencyReply, ChainVoteReply } from '../../../src/domain/graph/schema.ts';
import { decideVotes } from '../../../src/domain/graph/votes.ts';
import { tool } from '../tool-pool/servers.ts';

type Step = ChainDependencyReply['steps'][number];
const step = (no: number, given: Step['arguments'] = [], needs: number[] = []): Step => ({
  step: no,
  arguments: given,
  needs,
});
const from = (name: string, from_step: number, field: string | null = null): Step['arguments'][number] => ({
  name,
  source: 'step',
  from_step,
  field,
});
const user = (name: string): Step['arguments'][number] => ({ name, source: 'user', from_step: null, field: null });
const unknown = (name: string): Step['arguments'][number] => ({
  name,
  source: 'unknown',
  from_step: null,
  field: null,
});
const reply = (...steps: Step[]): ChainDependencyReply => ({ reason: '', steps });

const chain: Chain = {
  server: 'hash',
  tools: ['find', 'count', 'pay'],
  order: [
    [0, 1],
    [1, 2],
  ],
  walk: 0,
};
const fine = reply(step(1, [user('name')]), step(2, [user('limit')]), step(3, [from('id', 1)], [2]));
const vote = (is_valid: boolean): ChainVoteReply => ({
  reason: '',
  is_valid,
  task_description: 't',
  user_query: 'q',
  task_plan: 'p',
});
const query = { reason: '', valid: true, query: 'Pay what was found.' };
const trial: ChainTrial = {
  operators: ['dependency', 'vote', 'back_translation'],
  votes: 3,
  backTranslations: 1,
  asked: ['dependency', 'vote', 'back_translation'],
};
const replies = (more: Partial<ChainReplies> = {}): ChainReplies => ({
  dependency: fine,
  votes: [vote(true), vote(true)],
  backTranslations: [{ query, chain: { plan: '', chain: chain.tools } }],
  ...more,
});
const keyOf = (given: ChainReplies, how = trial): string => {
  const { outcome } = judgeChain(chain, given, how);
  if (outcome.status === 'rejected') return outcome.rule;
  return outcome.status === 'quarantined' ? `quarantined:${outcome.judge}` : outcome.status;
};

describe('a majority', () => {
  it('is decided once nothing that is missing can turn it', () => {
    assert.equal(decideVotes([true, true], 3), 'valid');
    assert.equal(decideVotes([false, false], 3), 'invalid');
    assert.equal(decideVotes([true, false], 3), 'unresolved');
    assert.equal(decideVotes([true, null, null], 3), 'unresolved');
    assert.equal(decideVotes([true, false], 2), 'invalid');
    assert.equal(decideVotes([], 1), 'unresolved');
  });
});

describe('the gate of a chain', () => {
  it('opens when every operator says valid', () => {
    assert.equal(keyOf(replies()), 'ok');
  });

  it('closes by name for the operator that refuses', () => {
    assert.equal(keyOf(replies({ votes: [vote(true), vote(false), vote(false)] })), 'chain_vote');
    assert.equal(
      keyOf(replies({ dependency: reply(step(1, [unknown('name')]), step(2), step(3)) })),
      'chain_dependency',
    );
    assert.equal(
      keyOf(replies({ backTranslations: [{ query, chain: { plan: '', chain: ['pay', 'find', 'count'] } }] })),
      'chain_back_translation',
    );
    assert.equal(
      keyOf(replies({ backTranslations: [{ query: { ...query, valid: false }, chain: null }] })),
      'chain_back_translation',
    );
  });

  it('takes an answer that is missing for neither yes nor no', () => {
    assert.equal(keyOf(replies({ votes: [vote(true), null, null] })), 'quarantined:trajectory/chain-vote');
    assert.equal(keyOf(replies({ dependency: null })), 'quarantined:trajectory/chain-dependency');
    assert.equal(
      keyOf(replies({ backTranslations: [{ query: null, chain: null }] })),
      'quarantined:trajectory/query-chain',
    );
  });

  it('stays closed when an operator that is required was not asked', () => {
    assert.equal(
      keyOf(replies({ votes: [] }), { ...trial, asked: ['dependency'] }),
      'quarantined:trajectory/chain-vote',
    );
  });

  it('asks nothing of operators that the run does not require', () => {
    const onlyVote = { ...trial, operators: ['vote'] as const, asked: ['vote'] as const };

    assert.equal(keyOf(replies({ dependency: null, backTranslations: [] }), onlyVote), 'ok');
  });

  it('accepts another order that keeps what the arguments need', () => {
    // find and count need nothing of each other, whatever the graph says.
    const swapped = [{ query, chain: { plan: '', chain: ['count', 'find', 'pay'] } }];

    assert.equal(keyOf(replies({ backTranslations: swapped })), 'ok');
    assert.equal(
      keyOf(replies({ dependency: null, backTranslations: swapped }), { ...trial, operators: ['back_translation'] }),
      'chain_back_translation',
    );
  });
});

describe('a regenerated chain', () => {
  it('has the same tools, none added, none missing', () => {
    assert.equal(orderProblem(['a', 'b'], [[0, 1]], ['a', 'b']), undefined);
    assert.equal(orderProblem(['a', 'b'], [[0, 1]], ['a']), '"b" is missing');
    assert.equal(orderProblem(['a', 'b'], [[0, 1]], ['a', 'b', 'b']), '"b" is added');
    assert.equal(orderProblem(['a', 'b'], [[0, 1]], ['b', 'a']), '"b" comes before "a", which it needs');
  });
});

describe('the sources of arguments', () => {
  it('refuse what is unknown, what comes from later and what hangs apart', () => {
    const rule = (given: ChainDependencyReply): string => {
      const verdict = judgeDependency(given, chain.tools);
      return verdict.valid ? 'valid' : verdict.rule;
    };

    assert.equal(rule(fine), 'valid');
    assert.equal(rule(reply(step(1, [from('name', 2)]), step(2), step(3))), 'later_source');
    assert.equal(rule(reply(step(1), step(2, [], [2]), step(3))), 'later_source');
    assert.equal(rule(reply(step(1), step(2, [from('x', 1)]), step(3, [user('id')]))), 'incoherent');
    assert.equal(rule(reply(step(1), step(2), step(3, [unknown('id')]))), 'unknown_argument');
  });

  it('have to be named for every required argument, among steps and fields that exist', () => {
    const tools = [tool('find', ['name'], ['person_id']), tool('pay', ['id'])];

    assert.deepEqual(
      dependencyProblems(reply(step(1, [user('name')]), step(2, [from('id', 1, 'person_id')])), tools),
      [],
    );
    assert.equal(dependencyProblems(reply(step(1, [user('name')])), tools).length, 1);
    assert.match(dependencyProblems(reply(step(1), step(2, [user('id')])), tools)[0] ?? '', /required argument "name"/);
    assert.match(
      dependencyProblems(reply(step(1, [user('name')]), step(2, [from('id', 7)])), tools)[0] ?? '',
      /step 7/,
    );
    assert.match(
      dependencyProblems(reply(step(1, [user('name')]), step(2, [from('id', 1, 'iban')])), tools)[0] ?? '',
      /no field "iban"/,
    );
  });
});
