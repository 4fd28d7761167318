/** Modules with state that must be refused, each by another rule. */
import type { Json } from '../../../src/domain/json.ts';
import { asObject, asText } from '../json-text.ts';
import type { ChatRequest } from '../read-request.ts';
import { moduleOf } from '../replies/stateful.ts';
import { familyOf } from '../worlds/families.ts';
import type { Family } from '../worlds/family.ts';
import type { ModuleFault } from './stateful-kinds.ts';

type Change = (code: string, family: Family) => string;

/** The first tool of the module begins its work here. */
const firstBody = /(\ndef (?!fail|text|whole|entry|next_id)\w+\([^)]*\):\n)/;
const firstReturn = /\n {4}return \{"/;

const CHANGES: { readonly [Kind in ModuleFault]: Change } = {
  'no-effect': (code, { effect }) => code.replace(effect, '    pass\n'),
  unchecked: (code, { check }) => code.replace(check, check.includes('\n    own') ? '    own' : ''),
  'dirty-error': (code) =>
    code.replace(
      '    if text(name, value) not in STATE[table]:\n',
      '    STATE[table].setdefault(str(value), {})\n    if False:\n',
    ),
  'other-state': (code) => code.replace(/: (\d{3,})/, (_, digits: string) => `: ${Number(digits) + 1}`),
  'second-store': (code) => `SEEN = {"calls": 0}\n${code.replace(firstBody, '$1    SEEN["calls"] += 1\n')}`,
  'set-order': (code) =>
    code.replace(firstReturn, '\n    return {"order": list({"alpha", "beta", "gamma", "delta", "epsilon", "zeta"}), "'),
  'random-id': (code) =>
    `import random\n${code.replace('{max(numbers, default=0) + 1}', '{max(numbers, default=0) + random.randint(1, 9)}')}`,
  'unknown-field': (code) => code.replace(firstBody, '$1    STATE["journal"] = []\n'),
  'module-talk': (code) => `${code}\nREADY = print("ready")\n`,
  'renamed-parameter': (code) => code.replace(/(\ndef (?:book_room|append_line|add_item)\()(\w+)/, '$1the_$2'),
  'broken-source': (code) => code.replace('):\n', ')\n'),
};

export function spoilModule(kind: ModuleFault, request: ChatRequest, value: Json): Json {
  const family = familyOf(request.inputs['tools']);
  if (family === undefined) return value;
  const code = moduleOf(family, request.inputs['initial_state'] ?? {});
  const spoiled = CHANGES[kind](code, family);
  return { ...asObject(value), code: spoiled === code ? asText(asObject(value)['code']) : spoiled };
}
