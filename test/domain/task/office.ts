/** A small office and a Chinese kitchen: servers that tests of tasks ask things of. */
import type { TaskOrder, TaskVariant, WriterReply } from '../../../src/domain/task/schema.ts';
import type { PoolServer, PoolTool } from '../../../src/domain/tool-pool/schema.ts';

function tool(name: string, description: string, required: Readonly<Record<string, string>>): PoolTool {
  const properties = Object.fromEntries(Object.entries(required).map(([key, type]) => [key, { type }]));
  return { name, description, parameters: { type: 'object', properties, required: Object.keys(required) } };
}

function server(name: string, description: string, tools: readonly PoolTool[]): PoolServer {
  return {
    name,
    title: name,
    description,
    domain: 'office',
    licence: null,
    origin: 'openai',
    reach: { kind: 'documents' },
    tools: [...tools],
    dropped: [],
    chains: [],
  };
}

export const office = server('office', 'Keeps the cases of people who come to the desk', [
  tool('open_case', 'Starts a new file about a person', { person_name: 'string' }),
  tool('getNotes', 'Reads what was written about a person', { case_id: 'string' }),
  tool('close_case', 'Ends the file of a person', { case_id: 'string' }),
  tool('search', 'Looks for files by a word', { query: 'string' }),
]);

export const kitchen = server('kitchen', '查询菜谱并推荐适合的菜品组合', [
  tool('get_recipes', '根据分类查询菜谱', { category: 'string' }),
  tool('recommend_meals', '根据人数推荐菜品', { people_count: 'integer' }),
  tool('get_shopping_list', '根据菜谱生成购物清单', { recipe_name: 'string' }),
]);

export const planOrder: TaskOrder = {
  server: 'hash',
  mode: 'plan',
  chain: { id: 'chain-1', tools: ['open_case', 'close_case'] },
  toolCount: 2,
  sample: 0,
  personas: [],
  given: null,
};

export const freeOrder: TaskOrder = { ...planOrder, mode: 'free', chain: null };

export const question = 'Start a file for "Lena Ortiz", and end it again once it is there.';

export const written: WriterReply = { server_analysis: 'A desk.', target_tools: ['open_case', 'close_case'], question };

export const variant: TaskVariant = {
  server: 'hash',
  task: 'task-1',
  mode: 'plan',
  question,
  targetTools: ['open_case', 'close_case'],
  analysis: '',
  language: 'en',
  augmentation: null,
};
