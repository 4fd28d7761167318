/**
 * The inspector in the sandbox (ours): facts about a source, and parsed call statements. Our own program, loaded once per
 * sandbox; what it reads is data to it and is never run.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  type Inspection,
  Inspection as InspectionSchema,
  ParsedCall,
} from '../../domain/environment/inspection/schema.ts';
import type { Json } from '../../domain/json.ts';
import { SandboxError } from '../failures.ts';
import type { CallResult, EnvRef, Sandbox } from '../sandbox/contract.ts';

export interface Inspector {
  /** Facts of a source; a source that does not parse or defeats the parser is a syntax fault, not an error. */
  inspect(source: string): Promise<Inspection>;
  /** A call statement such as `f(a=1)` as name and arguments, or what is wrong with it. */
  parseCall(text: string): Promise<ParsedCall>;
}

const limits = { cpuMs: 5000, wallMs: 15_000, memMb: 512, outKb: 16_384 };

/** An inspector that loads its program at the first use. Throws SandboxError (Infra) when the sandbox fails. */
export function createInspector(sandbox: Sandbox): Inspector {
  let loading: Promise<EnvRef> | undefined;
  const call = async (fn: string, args: Json): Promise<CallResult> => {
    loading ??= load(sandbox);
    const env = await loading.catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return notInfra(await sandbox.call(env, fn, args, limits));
  };
  return {
    async inspect(source) {
      const result = await call('inspect_source', { source });
      if (result.status === 'ok') return InspectionSchema.parse(result.value);
      return {
        syntax_error: { message: `the source cannot be read: ${result.status} ${result.error.message}`, line: 0 },
      };
    },
    async parseCall(text) {
      const result = await call('parse_call', { text });
      if (result.status === 'ok') return ParsedCall.parse(result.value);
      return { problem: `the call cannot be read: ${result.status} ${result.error.message}` };
    },
  };
}

/** The result itself, unless the sandbox failed: that is the one outcome worth another try. */
export function notInfra(result: CallResult): CallResult {
  if (result.status === 'infra') {
    throw new SandboxError('Infra', `the sandbox could not run a call: ${result.error.type}: ${result.error.message}`);
  }
  return result;
}

async function load(sandbox: Sandbox): Promise<EnvRef> {
  const env = await sandbox.load(inspectorSource());
  if (env.error !== undefined) throw new SandboxError('Policy', `the inspector does not load: ${env.error.message}`);
  return env;
}

/** The modules of `inspector/`, each after those it imports from. */
const modules = [
  'folding',
  'call_statement',
  'names',
  'tables',
  'signatures',
  'uses',
  'shared_data',
  'state_writes',
  'literals',
  'inspection',
];

/** The modules as one text, as the sandbox loads it: what they import from each other stands before them. */
function inspectorSource(): string {
  return modules
    .map((name) => readFileSync(path.join(import.meta.dirname, 'inspector', `${name}.py`), 'utf8'))
    .join('\n\n')
    .replaceAll(/^from \.\w+ import .*\n/gm, '');
}
