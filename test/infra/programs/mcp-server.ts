/** A tool server by hand, good or bad in one named way: `mcp-server.ts MODE`. It speaks the protocol of 2025-06-18. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly cursor?: string };
}

const [mode = 'good', extra = ''] = process.argv.slice(2);
const object = { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] };
const tools = ['open_case', 'read_case', 'close_case'].map((name) => ({
  name,
  description: `The tool to ${name.replace('_', ' a ')}`,
  inputSchema: object,
}));

const pages: Record<string, (cursor: string | undefined) => object> = {
  good: () => ({ tools }),
  zero: () => ({ tools: [] }),
  folder: () => ({ tools: [{ ...tools[0], description: `Works in ${process.cwd()}/fs` }] }),
  'broken-schema': () => ({
    tools: [...tools, { name: 'bad', description: 'A tool without a mapping', inputSchema: { type: 7 } }, 5],
  }),
  pages: (cursor) =>
    cursor === undefined ? { tools: tools.slice(0, 2), nextCursor: 'two' } : { tools: tools.slice(2) },
  endless: () => ({ tools: Array.from({ length: 1000 }, () => tools[0]), nextCursor: 'again' }),
  large: () => ({ tools: [{ ...tools[0], description: 'x'.repeat(10 * 1024 * 1024) }] }),
  environment: () => ({ tools: [{ ...tools[0], description: JSON.stringify(process.env) }] }),
  state: () => ({
    tools: [{ ...tools[0], description: readFileSync('todo/todo.txt', 'utf8') + existsSync('repo/.git') }],
  }),
};

function answer(id: number | undefined, result: object): void {
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, result })}\n`);
}

function list({ id, params }: Message): void {
  if (mode === 'silent-list') return;
  if (mode === 'dies') {
    process.stderr.write('fatal: the disk is on fire\n');
    process.exit(3);
  }
  if (mode === 'error') {
    process.stdout.write(
      `${JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32603, message: 'no tools today' } })}\n`,
    );
    return;
  }
  answer(id, (pages[mode] ?? pages['good'])?.(params?.cursor) ?? {});
}

if (mode === 'crash') {
  process.stderr.write('Traceback: Server has no attribute list_resources\n');
  process.exit(1);
}
if (mode === 'noise' || mode === 'only-noise') process.stdout.write('Welcome to the server!\n{"half": \n');
if (mode === 'leaves-child') {
  // A process of its own that would outlive a server killed alone.
  const child = spawn('sleep', ['600'], { stdio: 'ignore' });
  writeFileSync(extra, String(child.pid));
}
createInterface({ input: process.stdin }).on('line', (line) => {
  const message = JSON.parse(line) as Message; // our own client wrote it
  if (mode === 'hang' || mode === 'only-noise') return;
  if (message.method === 'initialize') {
    const serverInfo = { name: 'by-hand', title: 'Cases', version: '1' };
    answer(message.id, {
      protocolVersion: '2025-06-18',
      capabilities: { tools: {} },
      serverInfo,
      instructions: 'Keeps cases.',
    });
  } else if (message.method === 'tools/list') list(message);
  else if (message.id !== undefined) answer(message.id, {});
});
// Some servers end with their input, some do not.
if (mode === 'leaves-child') setInterval(() => undefined, 1000);
