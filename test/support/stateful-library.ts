/** A small library with one honest module, gold plan and design, for tests of environments with state. */
import assert from 'node:assert/strict';
import type { ProofTools } from '../../src/activities/proof/run-acceptance.ts';
import { runStateful } from '../../src/activities/proof/run-stateful.ts';
import { statefulEnvironment } from '../../src/domain/stateful/assemble.ts';
import { candidateOfReplies, type StatefulCandidate } from '../../src/domain/stateful/candidate.ts';
import type { DesignReply, PlanReply, StatefulEnvironment } from '../../src/domain/stateful/schema.ts';

const loanId = { type: 'string', description: 'Id of the loan.' };

export const libraryDesign: DesignReply = {
  analysis: 'Loans of a library.',
  task: 'Lend the book b-17 to the member Ines Vargo for 14 days, extend that loan by 9 days, and tell me how many days of loans Ines Vargo has in all.',
  tools: [
    {
      name: 'lend_book',
      description: 'Lends a free book to a member. Loans get the ids loan-1, loan-2 and so on.',
      parameters: {
        type: 'object',
        properties: {
          book_id: { type: 'string', description: 'Id of the book.' },
          member: { type: 'string', description: 'Name of the member.' },
          days: { type: 'integer', minimum: 1, maximum: 60, description: 'Days of the loan.' },
        },
        required: ['book_id', 'member', 'days'],
      },
      returns: { loan_id: 'id of the new loan', days: 'its days' },
    },
    {
      name: 'extend_loan',
      description: 'Adds days to an open loan.',
      parameters: {
        type: 'object',
        properties: {
          loan_id: loanId,
          days: { type: 'integer', minimum: 1, maximum: 60, description: 'Days to add.' },
        },
        required: ['loan_id', 'days'],
      },
      returns: { loan_id: 'id of the loan', days: 'its days now' },
    },
    {
      name: 'member_days',
      description: 'Days of all loans of a member together.',
      parameters: {
        type: 'object',
        properties: { member: { type: 'string', description: 'Name of the member.' } },
        required: ['member'],
      },
      returns: { total_days: 'days of all loans of the member' },
    },
  ],
  state_schema: {
    type: 'object',
    properties: {
      books: { type: 'object', description: 'By id: lent is true while it is out.' },
      loans: { type: 'object', description: 'By id: book_id, member and days.' },
      members: { type: 'object', description: 'By name: since.' },
    },
    required: ['books', 'loans', 'members'],
  },
  initial_state: {
    books: { 'b-17': { lent: false }, 'b-18': { lent: true } },
    loans: { 'loan-1': { book_id: 'b-18', member: 'Ines Vargo', days: 101 } },
    members: { 'Ines Vargo': { since: 2019 }, 'Olm Terra': { since: 2021 } },
  },
};

export const libraryPlan: PlanReply = {
  analysis: 'Lend, extend, sum up.',
  calls: [
    { name: 'lend_book', arguments: { book_id: 'b-17', member: 'Ines Vargo', days: 14 } },
    { name: 'extend_loan', arguments: { loan_id: '$1.loan_id', days: 9 } },
    { name: 'member_days', arguments: { member: 'Ines Vargo' } },
  ],
  goal: [
    { path: ['books', 'b-17', 'lent'], equals: true },
    { path: ['loans', '$1.loan_id', 'days'], equals: 23 },
  ],
  answers: [{ call: 3, answer: '124' }],
};

const head = `
STATE = {
    "books": {"b-17": {"lent": False}, "b-18": {"lent": True}},
    "loans": {"loan-1": {"book_id": "b-18", "member": "Ines Vargo", "days": 101}},
    "members": {"Ines Vargo": {"since": 2019}, "Olm Terra": {"since": 2021}},
}


def check_days(days):
    if isinstance(days, bool) or not isinstance(days, int):
        raise TypeError("days must be a whole number")
    if not 1 <= days <= 60:
        raise ValueError("days must be from 1 to 60")


def check_key(table, key):
    if not isinstance(key, str):
        raise TypeError("an id must be text")
    if key not in STATE[table]:
        raise KeyError(f"{table} has no such entry")
`;

const lend = `

def lend_book(book_id, member, days):
    check_days(days)
    check_key("books", book_id)
    check_key("members", member)
    book = STATE["books"][book_id]
    if book["lent"]:
        raise ValueError("the book is out")
    loan_id = f"loan-{len(STATE['loans']) + 1}"
    book["lent"] = True
    STATE["loans"][loan_id] = {"book_id": book_id, "member": member, "days": days}
    return {"loan_id": loan_id, "days": days}
`;

const extend = `

def extend_loan(loan_id, days):
    check_days(days)
    check_key("loans", loan_id)
    loan = STATE["loans"][loan_id]
    loan["days"] += days
    return {"loan_id": loan_id, "days": loan["days"]}
`;

const sum = `

def member_days(member):
    check_key("members", member)
    return {"total_days": sum(loan["days"] for loan in STATE["loans"].values() if loan["member"] == member)}
`;

/** The honest module with parts of it replaced. */
export function libraryCode(parts: { head?: string; lend?: string; extend?: string; sum?: string } = {}): string {
  return `${parts.head ?? head}${parts.lend ?? lend}${parts.extend ?? extend}${parts.sum ?? sum}`;
}

/** A part of the honest module with one text replaced by another; throws when it does not occur. */
export function changed(part: 'head' | 'lend' | 'extend' | 'sum', from: string, to: string): string {
  const text = { head, lend, extend, sum }[part];
  if (!text.includes(from)) throw new RangeError(`the part ${part} holds no ${from}`);
  return libraryCode({ [part]: text.replace(from, to) });
}

/** The honest candidate with changes. */
export function libraryCandidate(
  changes: { design?: Partial<DesignReply>; plan?: Partial<PlanReply>; code?: string } = {},
): StatefulCandidate {
  const design = { ...libraryDesign, ...changes.design };
  const plan = { ...libraryPlan, ...changes.plan };
  return candidateOfReplies(design, plan, changes.code ?? libraryCode());
}

const scenario = {
  scenario: 'a library',
  domain: 'books',
  language: 'en',
  repeat: 0,
  provenance: {},
  licence: 'CC0-1.0',
};

/** The row of the honest candidate, as its runs made it. */
export async function libraryRow(tools: ProofTools): Promise<StatefulEnvironment> {
  const candidate = libraryCandidate();
  const { gold, goal, dependencies, results } = await runStateful(tools, candidate);
  assert.ok(gold !== null && goal !== undefined);
  return statefulEnvironment({ id: 'scenario-1', scenario }, candidate, { gold, goal, dependencies, results });
}

const title = { type: 'string', description: 'Title of the book.' };

/** The same library asked by title: a look-up tells the id that the loan needs, and changes nothing. */
export function lookupCandidate(changes: { withoutLookup?: boolean } = {}): StatefulCandidate {
  const finder = {
    name: 'find_book',
    description: 'Looks up the id of a book.',
    parameters: { type: 'object' as const, properties: { title }, required: ['title'] },
    returns: { book_id: 'id of the book' },
  };
  const design = {
    task: libraryDesign.task.replace('the book b-17', 'the book Tidal Charts'),
    tools: [...libraryDesign.tools, finder],
    initial_state: {
      ...libraryDesign.initial_state,
      books: { 'b-17': { lent: false, title: 'Tidal Charts' }, 'b-18': { lent: true, title: 'Kiln Craft' } },
    },
  };
  const first = changes.withoutLookup === true ? [] : [{ name: 'find_book', arguments: { title: 'Tidal Charts' } }];
  const at = first.length + 1;
  const book_id = first.length === 0 ? 'b-17' : '$1.book_id';
  const plan: Partial<PlanReply> = {
    calls: [
      ...first,
      { name: 'lend_book', arguments: { book_id, member: 'Ines Vargo', days: 14 } },
      { name: 'extend_loan', arguments: { loan_id: `$${at}.loan_id`, days: 9 } },
      { name: 'member_days', arguments: { member: 'Ines Vargo' } },
    ],
    goal: [
      { path: ['books', 'b-17', 'lent'], equals: true },
      { path: ['loans', `$${at}.loan_id`, 'days'], equals: 23 },
    ],
    answers: [{ call: at + 2, answer: '124' }],
  };
  const state = head
    .replace('{"lent": False}', '{"lent": False, "title": "Tidal Charts"}')
    .replace('{"lent": True}', '{"lent": True, "title": "Kiln Craft"}');
  const find = `

def find_book(title):
    for book_id, book in STATE["books"].items():
        if book["title"] == title:
            return {"book_id": book_id}
    raise KeyError("there is no such book")
`;
  return libraryCandidate({ design, plan, code: `${libraryCode({ head: state })}${find}` });
}
