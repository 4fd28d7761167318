/** One piece of work on each of some real servers, every step of which needs what earlier ones did. */
import type { JsonObject } from '../../../src/domain/json.ts';

/** Texts of the answers so far. */
type Answers = readonly string[];

interface Step {
  readonly tool: string;
  readonly args: JsonObject | ((answers: Answers) => JsonObject);
}

export interface Sequence {
  readonly server: string;
  /** The worker dies after so many steps. */
  readonly cut: number;
  readonly steps: readonly Step[];
  /** What the last answer says when the state is right. */
  readonly last: RegExp;
}

const field = (text: string | undefined, name: string): string =>
  new RegExp(`"${name}": ?"?([^",}\\s]+)`).exec(text ?? '')?.[1] ?? '';
const step = (tool: string, args: Step['args']): Step => ({ tool, args });

export const sequences: readonly Sequence[] = [
  {
    server: 'filesystem',
    cut: 2,
    steps: [
      step('write_file', { path: '${STATE}/fs/a.txt', content: 'milk' }),
      step('move_file', { source: '${STATE}/fs/a.txt', destination: '${STATE}/fs/b.txt' }),
      step('write_file', { path: '${STATE}/fs/c.txt', content: 'eggs' }),
      step('list_directory', { path: '${STATE}/fs' }),
    ],
    last: /^(?=[\s\S]*\[FILE\] b\.txt)(?=[\s\S]*\[FILE\] c\.txt)(?![\s\S]*\[FILE\] a\.txt)/,
  },
  {
    server: 'memory',
    cut: 1,
    steps: [
      step('create_entities', { entities: [{ name: 'Ada', entityType: 'person', observations: ['wrote notes'] }] }),
      step('add_observations', { observations: [{ entityName: 'Ada', contents: ['likes tea'] }] }),
      step('search_nodes', { query: 'tea' }),
    ],
    last: /"wrote notes",\s*"likes tea"/,
  },
  {
    server: 'sqlite',
    cut: 2,
    steps: [
      step('create_table', { query: 'create table t (n integer)' }),
      step('write_query', { query: 'insert into t values (1), (2)' }),
      step('write_query', { query: 'insert into t values (3)' }),
      step('read_query', { query: 'select count(*) as n, sum(n) as s from t' }),
    ],
    last: /\{'n': 3, 's': 6\}/,
  },
  {
    server: 'kanban',
    cut: 2,
    steps: [
      step('set_current_project', { project_dir: '${STATE}/home' }),
      step('new_item', { item_type: 'issue', title: 'Leaking roof' }),
      step('new_item', { item_type: 'issue', title: 'Broken door' }),
      step('set_status', (answers) => ({ item_id: Number(field(answers[1], 'id')), status: 'in_progress' })),
      step('list_items', {}),
    ],
    last: /Leaking roof[\s\S]*Broken door|Broken door[\s\S]*Leaking roof/,
  },
  {
    server: 'calc',
    cut: 1,
    steps: [
      step('math', { expression: '6 * 7' }),
      step('base', (answers) => ({ value: answers[0] ?? '', from: 10, to: 2 })),
      step('hash', { input: 'abc', algorithm: 'md5' }),
    ],
    last: /900150983cd24fb0d6963f7d28e17f72/,
  },
  {
    server: 'csv',
    cut: 2,
    steps: [
      step('load_csv_from_content', { content: 'name,n\na,1\nb,2\nc,3\n' }),
      step('filter_rows', (answers) => ({
        session_id: field(answers[0], 'session_id'),
        conditions: [{ column: 'n', operator: '>', value: 1 }],
      })),
      step('sort_data', (answers) => ({
        session_id: field(answers[0], 'session_id'),
        columns: [{ column: 'n', ascending: false }],
      })),
      step('get_statistics', (answers) => ({ session_id: field(answers[0], 'session_id'), columns: ['n'] })),
    ],
    last: /"mean": ?2\.5/,
  },
  {
    server: 'excel',
    cut: 2,
    steps: [
      step('create_workbook', { path: 'a.xlsx', sheets: ['One'] }),
      step('write_range', { path: 'a.xlsx', sheet: 'One', at: 'A1', rows: [['n'], [2]] }),
      step('write_range', { path: 'a.xlsx', sheet: 'One', at: 'A3', rows: [[5]] }),
      step('read_range', { path: 'a.xlsx', sheet: 'One' }),
    ],
    last: /\[\["n"\],\[2\],\[5\]\]/,
  },
  {
    server: 'todotxt',
    cut: 2,
    steps: [
      step('add_todo', { text: 'buy milk' }),
      step('add_todo', { text: 'call Ada' }),
      step('complete_todo', (answers) => ({ todo_id: field(answers[0], 'id') })),
      step('list_todos', { include_completed: true }),
    ],
    last: /"text": "call Ada"[\s\S]*"count": \d/,
  },
];
