/** Code that does the work with a flaw. */

import { pythonLiteral } from '../tools/python-text.ts';
import type { CodeSpoiler, Spoiling } from './cheating-code.ts';

const extra =
  (line: string, imports: readonly string[] = []): CodeSpoiler =>
  ({ parts }) => ({
    ...parts,
    imports: [...parts.imports, ...imports],
    options: [...parts.options, line],
  });

const first =
  (line: string, imports: readonly string[] = []): CodeSpoiler =>
  ({ parts }) => ({
    ...parts,
    imports: [...parts.imports, ...imports],
    checks: [line, ...parts.checks],
  });

export const FLAWS: { readonly [kind: string]: CodeSpoiler } = {
  random: extra('output["noise"] = random.random()', ['random']),
  time: extra('output["at"] = datetime.datetime.now().isoformat()', ['datetime']),
  uuid: extra('output["request"] = str(uuid.uuid4())', ['uuid']),
  'hash-order': extra('output["order"] = list({"alpha", "beta", "gamma", "delta", "epsilon"})'),
  'object-id': extra('output["reference"] = id(output)'),
  crashing: first('[][1]'),
  'infinite-loop': ({ parts }) => ({ ...parts, checks: ['while True:', '    pass', ...parts.checks] }),
  'huge-output': extra('output["padding"] = "x" * 30000000'),
  'forbidden-import': extra('output["host"] = os.name', ['os']),
  'file-access': extra('output["line"] = open("/etc/hostname").readline()'),
  'network-access': extra('output["address"] = socket.gethostbyname("localhost")', ['socket']),
  counter: ({ parts }) => ({
    ...parts,
    constants: [...parts.constants, 'CALLS = {"count": 0}'],
    options: [...parts.options, 'CALLS["count"] += 1', 'output["call"] = CALLS["count"]'],
  }),
  'mutable-default': ({ parts }) => ({
    ...parts,
    constants: [...parts.constants, 'def remember(value, seen=[]):', '    seen.append(value)', '    return len(seen)'],
    options: [...parts.options, 'output["call"] = remember(str(output["result"]))'],
  }),
  'wrong-signature': ({ parts }) => ({
    ...parts,
    parameters: parts.parameters.map((parameter, at) => (at === 0 ? `${parameter}_value` : parameter)),
    checks: [`${parts.parameters[0]} = ${parts.parameters[0]}_value`, ...parts.checks],
  }),
  'wrong-default': ({ parts }) => ({ ...parts, parameters: otherDefault(parts.parameters) }),
  'unused-parameter': unusedParameter,
};

/** The last default becomes another, or the last parameter gets one. */
function otherDefault(parameters: readonly string[]): string[] {
  const at = parameters.length - 1;
  return parameters.map((parameter, index) =>
    index === at ? `${parameter.split('=')[0]}=${pythonLiteral('unusual')}` : parameter,
  );
}

/** Nothing but the signature names the last parameter. */
function unusedParameter({ parts, gold }: Spoiling): Spoiling['parts'] {
  const names = parts.parameters.map((parameter) => parameter.split('=')[0] ?? '');
  const others = names.slice(0, -1);
  const key = others.length > 0 ? `str([${others.join(', ')}])` : '"none"';
  return {
    ...parts,
    constants: [`RECORDS = [{"result": None}, {"result": ${pythonLiteral(gold)}}]`],
    checks: [],
    core: [`output = {"result": RECORDS[len(${key}) > 4]["result"]}`],
    options: [],
  };
}
