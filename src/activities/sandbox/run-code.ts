import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { CallResult, Sandbox } from './contract.ts';
import { pythonFolder } from './launch.ts';
import { callLimits } from './limits.ts';

/** `POST /run_code` as SandboxFusion's clients send it: a whole script, judged by its exit code and output. */
export const runCodeRequest = z.object({
  code: z.string(),
  language: z.string(),
  /** Seconds. */
  run_timeout: z.number().positive().default(10),
  compile_timeout: z.number().optional(),
  /** Not positive: the default. */
  memory_limit_MB: z.number().int().default(-1),
  stdin: z.string().nullish(),
  files: z.record(z.string(), z.string().nullable()).nullish(),
  fetch_files: z.array(z.string()).nullish(),
});

type RunStatus = 'Finished' | 'TimeLimitExceeded' | 'Error';
export type RunCodeAnswer = {
  status: 'Success' | 'Failed' | 'SandboxError';
  message: string;
  compile_result: null;
  run_result: null | {
    status: RunStatus;
    execution_time: number;
    return_code: number | null;
    stdout: string;
    stderr: string;
  };
  executor_pod_name: null;
  files: Record<string, never>;
};

const script = z.object({ returnCode: z.number().int(), stdout: z.string(), stderr: z.string() });
const nothing = { compile_result: null, executor_pod_name: null, files: {} } as const;

/** Runs a script the way SandboxFusion answers. One difference: a script that ends its own process has failed. */
export async function runCode(sandbox: Sandbox, request: z.infer<typeof runCodeRequest>): Promise<RunCodeAnswer> {
  const refusal = refused(request);
  if (refusal !== undefined) return { ...nothing, status: 'SandboxError', message: refusal, run_result: null };
  const runner = await sandbox.load(await readFile(path.join(pythonFolder, 'run_script.py'), 'utf8'));
  const ms = Math.min(Math.ceil(request.run_timeout * 1000), callLimits.cpuMs.most);
  const memMb = request.memory_limit_MB > 0 ? request.memory_limit_MB : callLimits.memMb.otherwise;
  const result = await sandbox.call(
    runner,
    'run',
    { code: request.code, stdin: request.stdin ?? '' },
    // The clock of the request is CPU time here, so that the load of the host decides nothing.
    { cpuMs: ms, wallMs: 2 * ms + callLimits.wallMs.otherwise, memMb: clamp(memMb) },
  );
  return answer(result);
}

function answer(result: CallResult): RunCodeAnswer {
  const execution_time = result.usage.wallMs / 1000;
  if (result.status === 'infra') {
    return { ...nothing, status: 'SandboxError', message: result.error.message, run_result: null };
  }
  const ran = result.status === 'ok' ? script.safeParse(result.value).data : undefined;
  if (ran) {
    const { returnCode, ...streams } = ran;
    const run_result = { status: 'Finished' as const, execution_time, return_code: returnCode, ...streams };
    return { ...nothing, status: returnCode === 0 ? 'Success' : 'Failed', message: '', run_result };
  }
  const message = result.error?.message ?? 'the script replaced its result';
  const status: RunStatus = result.status === 'timeout' ? 'TimeLimitExceeded' : 'Error';
  const run_result = { status, execution_time, return_code: null, stdout: '', stderr: message };
  return { ...nothing, status: 'Failed', message, run_result };
}

function refused(request: z.infer<typeof runCodeRequest>): string | undefined {
  if (request.language !== 'python') return `language ${request.language} is not supported, only python`;
  const wantsFiles = Object.keys(request.files ?? {}).length + (request.fetch_files ?? []).length > 0;
  return wantsFiles ? 'files are not supported: tool code has no file system here' : undefined;
}

function clamp(memMb: number): number {
  return Math.min(Math.max(memMb, callLimits.memMb.least), callLimits.memMb.most);
}
