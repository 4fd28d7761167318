import { access, constants } from 'node:fs/promises';
import { SandboxRefused } from './classify-failure.ts';
import type { SandboxLevel } from './contract.ts';
import type { Interpreter } from './interpreter.ts';
import { findInterpreter } from './interpreter.ts';
import type { Box } from './launch.ts';
import { nobody } from './launch.ts';
import { proveWall } from './wall-proof.ts';

export type DoctorOptions = {
  /** Interpreter to use instead of `/usr/bin/python3` or the PATH's `python3`. */
  python?: string;
  /** Take this level or refuse; without it the strongest that works. */
  level?: 'ns+seccomp' | 'seccomp';
  /** Accept a host where no level works: tool code then runs with the rights of this process. */
  unsafe?: boolean;
};

/** What this host can do. `level` is absent when the sandbox must be refused; `fixes` says what would change that. */
export type Diagnosis = Box & {
  level?: SandboxLevel;
  python?: Interpreter;
  landlock: number;
  reasons: string[];
  fixes: string[];
};

/** A host that passed: what a backend needs to start. */
export type Fitness = Box & { level: SandboxLevel; python: Interpreter };

const bubblewrapPaths = ['/usr/bin/bwrap', '/usr/local/bin/bwrap', '/bin/bwrap'];

/** Tries each level by starting a real sandbox in it and attacking it from inside. Never throws for what it finds. */
export async function examine(options: DoctorOptions = {}): Promise<Diagnosis> {
  const found: Diagnosis = { landlock: 0, reasons: [], fixes: [] };
  try {
    found.python = await findInterpreter(options.python);
  } catch (error) {
    return { ...found, reasons: [said(error)], fixes: ['install Python 3.11 or newer (Debian, Ubuntu: python3)'] };
  }
  const tried = options.level === undefined ? (['ns+seccomp', 'seccomp'] as const) : [options.level];
  for (const level of tried) {
    if (await holds(level, found)) return { ...found, level };
  }
  return options.unsafe ? { ...found, level: 'none' } : found;
}

/** The strongest level that works; throws SandboxRefused with reasons and fixes when none does. */
export async function fitness(options: DoctorOptions = {}): Promise<Fitness> {
  const { level, python, reasons, fixes, landlock: _, ...box } = await examine(options);
  if (level !== undefined && python) {
    return { level, python, ...box };
  }
  throw new SandboxRefused(
    `tool code is not run on this host: ${reasons.join('; ')}. To change that: ${fixes.join('; ')}.`,
  );
}

async function holds(level: 'ns+seccomp' | 'seccomp', found: Diagnosis): Promise<boolean> {
  if (!found.python) return false;
  const bubblewrap = level === 'ns+seccomp' ? await findBubblewrap() : undefined;
  if (level === 'ns+seccomp' && bubblewrap === undefined) {
    found.reasons.push(`level ns+seccomp: no bubblewrap at ${bubblewrapPaths.join(', ')}`);
    found.fixes.push('install bubblewrap (Debian, Ubuntu: apt-get install bubblewrap)');
    return false;
  }
  const failures: unknown[] = [];
  for (const box of boxes(bubblewrap)) {
    try {
      found.landlock = await proveWall({ level, python: found.python, ...box });
      Object.assign(found, box);
      return true;
    } catch (error) {
      failures.push(error);
    }
  }
  found.reasons.push(`level ${level}: ${said(failures.at(-1))}`);
  found.fixes.push(fixOf[level]);
  return false;
}

/** Root steps down first where it can: not with an interpreter in its own home, or where no other user is mapped. */
function boxes(bubblewrap: string | undefined): Box[] {
  if (bubblewrap === undefined) return [{}];
  return process.getuid?.() === 0 ? [{ bubblewrap, uid: nobody }, { bubblewrap }] : [{ bubblewrap }];
}

const fixOf = {
  'ns+seccomp':
    'allow unprivileged user namespaces (kernel.apparmor_restrict_unprivileged_userns=0, or an AppArmor profile for bwrap)',
  seccomp: 'use a Linux kernel with seccomp filters on x86-64 or aarch64',
} as const;

async function findBubblewrap(): Promise<string | undefined> {
  for (const candidate of bubblewrapPaths) {
    const runs = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return candidate;
  }
  return undefined;
}

function said(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
}
