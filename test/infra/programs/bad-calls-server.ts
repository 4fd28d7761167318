/** A tool server by hand that lists well and answers calls badly, in one named way: `bad-calls-server.ts MODE`. */
import { createInterface } from 'node:readline';

interface Message {
  readonly id?: number;
  readonly method?: string;
}

const [mode = 'good'] = process.argv.slice(2);
const text = (said: string): object => ({ content: [{ type: 'text', text: said }] });
const documents: readonly (readonly [name: string, description: string, parameter: string])[] = [
  [`add_${mode}_note`, 'Adds a note with this text to the notebook', 'text'],
  [`search_${mode}_notes`, 'Searches the notes of the notebook for a word', 'word'],
  [`count_${mode}_letters`, 'Counts the letters of a text', 'text'],
];
const tools = documents.map(([name, description, parameter]) => ({
  name,
  description,
  inputSchema: { type: 'object', properties: { [parameter]: { type: 'string' } }, required: [parameter] },
}));

const answers: Record<string, () => object> = {
  good: () => text('{"done": true}'),
  dies: () => {
    process.stderr.write('fatal: the disk is on fire\n');
    process.exit(3);
  },
  noise: () => {
    process.stdout.write('Working on it...\n{"half": \n');
    return text('{"done": true}');
  },
  large: () => text('x'.repeat(10 * 1024 * 1024)),
  image: () => ({ content: [{ type: 'image', data: 'aGVsbG8=', mimeType: 'image/png' }] }),
  error: () => ({ ...text('the notebook is locked'), isError: true }),
};

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method } = JSON.parse(line) as Message; // our own client wrote it
  const reply = (result: object): void =>
    void process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, result })}\n`);
  if (method === 'initialize')
    reply({ protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: mode, version: '1' } });
  else if (method === 'tools/list') reply({ tools });
  else if (method === 'tools/call') reply((answers[mode] ?? answers['good'])?.() ?? {});
  else if (id !== undefined) reply({});
});
