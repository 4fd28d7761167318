/**
 * A tool server by hand whose state lives in its memory: `tool-server.ts [PREFIX]`. Every item gets a random id, and what
 * it did stands in effects.log of its folder. Some tools misbehave in one named way.
 */
import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly name?: string; readonly arguments?: Record<string, string> };
}

const [prefix = ''] = process.argv.slice(2);
const items = new Map<string, { id: string; text: string; created_at: string }>();
const text = (value: unknown): object => ({
  content: [{ type: 'text', text: typeof value === 'string' ? value : JSON.stringify(value) }],
});

const tools: Record<string, (args: Record<string, string>) => object | undefined> = {
  add_item: (args) => {
    const item = { id: randomUUID(), text: `${prefix}${args['text']}`, created_at: new Date().toISOString() };
    items.set(item.id, item);
    appendFileSync('effects.log', `${item.text}\n`);
    return text(item);
  },
  list_items: () => text({ items: [...items.values()], folder: process.cwd() }),
  get_item: ({ id = '' }) => text(items.get(id) ?? `Error: item ${id} not found`),
  where: ({ path }) => text(`${path} lies in ${process.cwd()}`),
  dies: ({ marker = '' }) => {
    if (existsSync(marker)) return text('alive');
    writeFileSync(marker, '');
    process.stderr.write('fatal: the disk is on fire\n');
    process.exit(3);
  },
  always_dies: () => process.exit(4),
  hangs: () => undefined,
  noise: () => {
    process.stdout.write('Working on it...\n');
    return text('done');
  },
  large: () => text('x'.repeat(10 * 1024 * 1024)),
  image: () => ({ content: [{ type: 'image', data: 'aGVsbG8=', mimeType: 'image/png' }] }),
  dice: () => text(['one', 'two', 'three', 'four', 'five', 'six', 'seven'][items.size + (Date.now() % 2)]),
  broken: () => ({ content: 'no parts' }),
};
let lists = 0;

function reply(message: object): void {
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
}

function call({ id, params }: Message): void {
  const tool = tools[params?.name ?? ''];
  if (tool === undefined) return reply({ id, error: { code: -32602, message: `Unknown tool in ${process.cwd()}` } });
  const result = tool(params?.arguments ?? {});
  if (result !== undefined) reply({ id, result });
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const message = JSON.parse(line) as Message; // our own client wrote it
  const { id, method } = message;
  if (method === 'initialize') {
    const serverInfo = { name: 'items', version: '1' };
    reply({ id, result: { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo } });
  } else if (method === 'tools/call') call(message);
  else if (method === 'tools/list') {
    lists += 1;
    const annotations = { readOnlyHint: true };
    reply({ id, result: { tools: [{ name: 'list_items', inputSchema: { type: 'object' }, annotations, lists }] } });
  } else if (id !== undefined) reply({ id, result: {} });
});
