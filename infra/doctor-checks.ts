/** What this machine has and lacks for ASTRA: each check with the command that would mend it. */
import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import { checkPorts, checkPostgres, checkTemporal, type Finding } from './doctor-services.ts';
import { outsideParts } from './stack-environment.ts';
import { cliVersion, findTemporalCli, pinnedCliVersion } from './temporal-cli.ts';

export interface DoctorCheck extends Finding {
  readonly name: string;
}

const run = promisify(execFile);
const MIN_FREE_GIB = 3;

/** Looks and changes nothing. A check that breaks is itself a finding, never an error. */
export async function environmentChecks(options: {
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
}): Promise<readonly DoctorCheck[]> {
  const home = resolve(options.home);
  const checks: Readonly<Record<string, () => Promise<Finding>>> = {
    node: async () => checkNode(process.versions.node),
    python: () => checkPython(options.env['ASTRA_SANDBOX_PYTHON'] || 'python3'),
    'temporal cli': () => checkTemporalCli(options.env),
    bubblewrap: checkBubblewrap,
    home: async () => checkHome(home),
    disk: async () => checkDisk(home),
    ports: () => checkPorts(home),
    temporal: () => checkTemporal(home, options.env),
    postgres: () => checkPostgres(home, options.env),
  };
  return Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      try {
        return { name, ...(await check()) };
      } catch (error) {
        return {
          name,
          ok: false,
          detail: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error),
        };
      }
    }),
  );
}

function checkNode(version: string): Finding {
  const ok = Number(version.split('.')[0]) >= 24;
  const fix = 'start through `npm run` or `npx astra`: they bring Node 24';
  return { ok, detail: `Node ${version}`, ...(ok ? {} : { fix }) };
}

async function checkPython(command: string): Promise<Finding> {
  const fix = 'Debian: sudo apt-get install python3; or name one by ASTRA_SANDBOX_PYTHON';
  try {
    const { stdout } = await run(command, ['-c', 'import sys; print("%d.%d.%d" % sys.version_info[:3])']);
    const [major = 0, minor = 0] = stdout.trim().split('.').map(Number);
    const ok = major > 3 || (major === 3 && minor >= 11);
    return { ok, detail: `Python ${stdout.trim()} (${command}), 3.11 or later is needed`, ...(ok ? {} : { fix }) };
  } catch {
    return { ok: false, detail: `${command} does not run`, fix };
  }
}

async function checkTemporalCli(env: NodeJS.ProcessEnv): Promise<Finding> {
  const cli = findTemporalCli(env);
  const fix = 'npm run astra -- doctor installs it; or set TEMPORAL_CLI_PATH to a temporal binary';
  if (cli === undefined) return { ok: outsideParts(env).temporal !== undefined, detail: 'not installed', fix };
  const version = await cliVersion(cli);
  const pinned = pinnedCliVersion();
  if (version === pinned) return { ok: true, detail: `${version} (${cli})` };
  return {
    ok: true,
    detail: `${version} (${cli}); this checkout was tested with ${pinned}`,
    fix: 'unset TEMPORAL_CLI_PATH',
  };
}

async function checkBubblewrap(): Promise<Finding> {
  try {
    const { stdout } = await run('bwrap', ['--version']);
    return { ok: true, detail: stdout.trim() };
  } catch {
    const detail = 'not installed: code runs at the lower level of the sandbox';
    return { ok: false, detail, fix: 'Debian: sudo apt-get install bubblewrap' };
  }
}

function checkHome(home: string): Finding {
  try {
    accessSync(nearestFolder(home), constants.W_OK);
    return { ok: true, detail: `${home} can be written` };
  } catch (error) {
    const detail = `${home} cannot be written: ${error instanceof Error ? error.message : String(error)}`;
    return { ok: false, detail, fix: 'use --home DIR or ASTRA_HOME with a folder of yours' };
  }
}

function checkDisk(home: string): Finding {
  const { bavail, bsize } = statfsSync(nearestFolder(home));
  const free = (bavail * bsize) / 2 ** 30;
  const ok = free >= MIN_FREE_GIB;
  const fix = `free some space, or use --home DIR on another disk; ${MIN_FREE_GIB} GiB are needed`;
  return { ok, detail: `${free.toFixed(1)} GiB free below ${home}`, ...(ok ? {} : { fix }) };
}

const nearestFolder = (path: string): string => (existsSync(path) ? path : nearestFolder(dirname(path)));
