/**
 * Which tasks are asked for (paper §3.1; method §4.1): per chain that passed, and per server for numbers of its tools. A
 * server's own tasks do not depend on its chains: the original writes an equal request for each of them.
 */
import { contentId } from '../ids.ts';
import { seededRng } from '../random.ts';
import { drawPersonas } from './personas.ts';
import type { GivenTask, Persona, TaskOrder } from './schema.ts';

export interface OrderSettings {
  readonly seed: number;
  readonly perChain: number;
  readonly free: { readonly toolCounts: readonly number[]; readonly perCount: number };
  /** Drawn per task; 0 unless personas augment it. */
  readonly personasPerTask: number;
  readonly personas: readonly Persona[];
}

export interface PlacedOrder {
  readonly id: string;
  readonly order: TaskOrder;
}

/** The tasks of one verified chain. */
export function chainOrders(
  server: string,
  chain: { readonly id: string; readonly tools: readonly string[] },
  settings: OrderSettings,
): PlacedOrder[] {
  return Array.from({ length: settings.perChain }, (_, sample) =>
    place(
      {
        server,
        mode: 'plan',
        chain: { id: chain.id, tools: [...chain.tools] },
        toolCount: new Set(chain.tools).size,
        sample,
        given: null,
      },
      settings,
    ),
  );
}

/** The tasks of a server by itself, none for more tools than it has; one per number and sample. */
export function freeOrders(server: string, tools: number, settings: OrderSettings): PlacedOrder[] {
  const { toolCounts, perCount } = settings.free;
  const counts = [...new Set(toolCounts)].filter((count) => count <= tools);
  return counts.flatMap((toolCount) =>
    Array.from({ length: perCount }, (_, sample) =>
      place({ server, mode: 'free', chain: null, toolCount, sample, given: null }, settings),
    ),
  );
}

/** A task that a file brought; `sample` tells equal ones apart. */
export function givenOrder(
  server: string,
  { given, sample }: { given: GivenTask; sample: number },
  settings: OrderSettings,
): PlacedOrder {
  const toolCount = new Set(given.target_tools).size;
  return place({ server, mode: 'free', chain: null, toolCount, sample, given }, settings);
}

/** The id of a task says what it was asked for; who its augmentations are told for does not change it. */
export function taskId(order: TaskOrder): string {
  const { personas: _, ...asked } = order;
  return contentId('task', asked);
}

function place(asked: Omit<TaskOrder, 'personas'>, { seed, personas, personasPerTask }: OrderSettings): PlacedOrder {
  const id = taskId({ ...asked, personas: [] });
  return {
    id,
    order: { ...asked, personas: drawPersonas(seededRng(`${seed}/personas/${id}`), personas, personasPerTask) },
  };
}
