/** A tool server by hand that answers the same at every start: it keeps notes in its memory. */
import { createInterface } from 'node:readline';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly name?: string; readonly arguments?: Record<string, string> };
}

const notes = new Map<string, string>();
const title = { type: 'string', description: 'Title of the note' };

function schemaOf(properties: Record<string, object>): object {
  return { type: 'object', properties, required: Object.keys(properties) };
}

const tools = [
  {
    name: 'add_note',
    description: 'Add a new note with a title and a text to the notebook',
    inputSchema: schemaOf({ title, text: { type: 'string', description: 'Text of the note' } }),
    run: (args: Record<string, string>): object => {
      if (notes.has(args['title'] ?? '')) return { error: `there already is a note ${args['title']}` };
      notes.set(args['title'] ?? '', args['text'] ?? '');
      return { added: args['title'], notes: notes.size };
    },
  },
  {
    name: 'read_note',
    description: 'Read the text of one note of the notebook by its title',
    inputSchema: schemaOf({ title }),
    run: (args: Record<string, string>): object => {
      const text = notes.get(args['title'] ?? '');
      return text === undefined ? { error: `there is no note ${args['title']}` } : { title: args['title'], text };
    },
  },
  {
    name: 'list_notes',
    description: 'List the titles of all notes in the notebook',
    inputSchema: { type: 'object', properties: {} },
    run: (): object => ({ titles: [...notes.keys()] }),
  },
  {
    name: 'delete_note',
    description: 'Delete one note from the notebook by its title',
    inputSchema: schemaOf({ title }),
    run: (args: Record<string, string>): object => ({ deleted: notes.delete(args['title'] ?? ''), left: notes.size }),
  },
];

const answers: Record<string, (message: Message) => object> = {
  initialize: () => ({
    protocolVersion: '2025-06-18',
    capabilities: { tools: {} },
    serverInfo: { name: 'notes', title: 'Notebook', version: '1' },
    instructions: 'Keeps the notes of one person.',
  }),
  'tools/list': () => ({
    tools: tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema })),
  }),
  'tools/call': ({ params }) => {
    const result = tools.find(({ name }) => name === params?.name)?.run(params?.arguments ?? {});
    const isError = result === undefined || 'error' in result;
    return { content: [{ type: 'text', text: JSON.stringify(result ?? 'no such tool') }], isError };
  },
};

createInterface({ input: process.stdin }).on('line', (line) => {
  const message = JSON.parse(line) as Message; // our own client wrote it
  if (message.id === undefined) return;
  const result = answers[message.method ?? '']?.(message) ?? {};
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id: message.id, result })}\n`);
});
