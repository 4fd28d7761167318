/** Which family a request is about. */
import type { Json } from '../../../src/domain/json.ts';
import { pick, rngOf } from '../draws.ts';
import { asList, asObject } from '../json-text.ts';
import { bookings } from './bookings.ts';
import { shop } from './cart.ts';
import type { Family } from './family.ts';
import { files } from './files.ts';

const families: readonly Family[] = [bookings, files, shop];

/** The family that a scenario asks for; any of them when it names none. */
export function familyFor(scenario: string): Family {
  return families.find((family) => family.wanted.test(scenario)) ?? pick(rngOf(`family/${scenario}`), families);
}

/** The family that documents belong to; undefined for documents of another make. */
export function familyOf(tools: Json | undefined): Family | undefined {
  const names = asList(tools).map((tool) => asObject(tool)['name']);
  return families.find((family) => names.includes(family.mark));
}
