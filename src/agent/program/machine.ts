import type { Sha256 } from '../../base/index.ts';
import type { Environment } from '../../effect/index.ts';
import { safePath } from './safe-path.ts';

/** Whether this machine lets something of the folder run: as it is now, as it was, or not at all yet. */
export type ProgramTrust = 'trusted' | 'changed' | 'unknown';

/** What this machine lends to programs of the folder; without it none of them runs. */
export interface ProgramMachine {
  /** Whether a thing of that name was trusted with that content. */
  readonly trust: (path: string, hash: Sha256) => ProgramTrust;
  /** Outside the home: where the bytes that were trusted are kept and run from. */
  readonly folder: string;
  readonly environment: Environment;
  /** The Node.js that runs tools in JavaScript. */
  readonly node: string;
  /** Reaches MCP servers; the machine's own when absent. */
  readonly fetch?: typeof globalThis.fetch;
  /** Told what secrets a program or server was handed, to be taken out of everything written. */
  readonly hide?: (secrets: readonly string[]) => void;
}

/** What every program may see of the environment, beside the names its description lists. */
const NAMES = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'LC_CTYPE', 'TZ', 'TMPDIR', 'SystemRoot'];

/**
 * The environment of a child process: a few names that hold no secrets, those that were asked for by
 * name, and a PATH without relative folders or folders of the home.
 */
export function childEnvironment(
  environment: Environment,
  { names = [], home }: { readonly names?: readonly string[]; readonly home: string },
): Readonly<Record<string, string>> {
  const passed = [...NAMES, ...names].flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(passed), PATH: safePath(environment['PATH'] ?? '', home) };
}
