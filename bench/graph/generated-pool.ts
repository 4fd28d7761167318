/** A pool of made-up servers with chains, of any size, the same for the same seed: entities and what is done with them. */
import { pick, type Rng, seededRng, shuffle } from '../../src/domain/random.ts';
import type { PoolServer, PoolTool } from '../../src/domain/tool-pool/schema.ts';

const entities = ['task', 'order', 'file', 'invoice', 'flight', 'patient', 'ticket', 'recipe', 'account', 'branch'];
const verbs = ['create', 'get', 'list', 'update', 'delete', 'search', 'assign', 'export', 'archive', 'share', 'check'];
const fields = ['owner', 'city', 'amount', 'due_date', 'priority', 'category'];

/** `tools` are shared out evenly; every server gets three samples of four chains each. */
export function generatedPool(servers: number, tools: number, seed: string): PoolServer[] {
  return Array.from({ length: servers }, (_, index) => {
    const count = Math.floor(tools / servers) + (index < tools % servers ? 1 : 0);
    const rng = seededRng(`${seed}/server/${index}`);
    const listed = Array.from({ length: count }, (_unused, no) => makeTool(no, rng));
    return {
      name: `server-${index}`,
      title: '',
      description: '',
      domain: 'generated',
      licence: null,
      origin: 'astra',
      reach: { kind: 'documents' },
      tools: listed,
      dropped: [],
      chains: Array.from({ length: 12 }, () => makeChain(listed, rng)),
    };
  });
}

function makeTool(no: number, rng: Rng): PoolTool {
  const [entity, verb] = [pick(rng, entities), pick(rng, verbs)];
  const field = pick(rng, fields);
  return {
    name: `${verb}_${entity}_${no}`,
    description: `Does ${verb} for one ${entity}, by its ${field}`,
    parameters: {
      type: 'object',
      properties: { [`${entity}_id`]: { type: 'string' }, [field]: { type: 'string' } },
      required: [field],
    },
    output: { type: 'object', properties: { [`${entity}_id`]: { type: 'string' }, [field]: { type: 'string' } } },
  };
}

function makeChain(tools: readonly PoolTool[], rng: Rng): string[] {
  const length = 2 + Math.floor(rng() * 4);
  return shuffle(rng, tools)
    .slice(0, length)
    .map(({ name }) => name);
}
