/** Bad work on environments with state in place of good. */
import type { Json } from '../../../src/domain/json.ts';
import type { ChatRequest } from '../read-request.ts';
import { spoilGold } from './spoil-gold.ts';
import { spoilModule } from './spoil-module.ts';
import { spoilWorld } from './spoil-world.ts';
import type { StatefulFault } from './stateful-kinds.ts';
import { GOLD_FAULTS, STATEFUL_FAULTS, WORLD_FAULTS } from './stateful-kinds.ts';

export function isStatefulFault(kind: string): kind is StatefulFault {
  return STATEFUL_FAULTS.some((one) => one === kind);
}

export function spoilStateful(kind: StatefulFault, request: ChatRequest, value: Json): Json {
  if (isOneOf(WORLD_FAULTS, kind)) return spoilWorld(kind, value);
  return isOneOf(GOLD_FAULTS, kind) ? spoilGold(kind, request, value) : spoilModule(kind, request, value);
}

function isOneOf<Kind extends StatefulFault>(kinds: readonly Kind[], kind: StatefulFault): kind is Kind {
  return kinds.some((one) => one === kind);
}
