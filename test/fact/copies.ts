import { cpSync, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type ManualClock, manualClock, seededRandom, systemDisk } from '../../src/base/index.ts';
import { type FactInput, type Log, openLog, type TransactResult } from '../../src/fact/index.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const START = 1_767_225_600_000_000;

/** A working copy of a home on a machine of its own, with its own clock. */
export interface Copy {
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  readonly clock: ManualClock;
  readonly open: () => Promise<Log>;
  /** Opens, does something and closes. */
  readonly with: <T>(work: (log: Log) => Promise<T>) => Promise<T>;
  /** Brings over what another copy has, as a git pull would. */
  readonly pull: (from: Copy) => void;
}

/** As git merges files that only ever grow: the longer one stands. */
function mergeFiles(from: string, to: string): void {
  const filter = (source: string, target: string): boolean =>
    statSync(source).isDirectory() ||
    !existsSync(target) ||
    statSync(source).size > statSync(target).size;
  cpSync(from, to, { recursive: true, filter });
}

/** What is asked here does not depend on power cuts. */
const unsyncedDisk = {
  ...systemDisk,
  sync: () => {},
  syncData: () => {},
  syncDataAside: async () => {},
};

/** The person at this machine knows whose copies these are. */
async function trustAll(log: Log): Promise<void> {
  const unknown = (await log.trust.writers()).filter(({ trust }) => trust === 'unknown');
  if (unknown.length > 0) await log.trust.add(unknown.map(({ writer }) => writer));
}

let count = 0;

export interface NewCopyOptions {
  readonly of?: Copy;
  /** Microseconds its clock is ahead. */
  readonly skew?: number;
  /** Whether every writer is named as trusted; true when absent. */
  readonly trusting?: boolean;
}

export function newCopy(options: NewCopyOptions = {}): Copy {
  count += 1;
  const home = temporaryFolder();
  const clock = manualClock(START + (options.skew ?? 0));
  const random = seededRandom(`copy ${count}`);
  const env = { DATUM_STATE: temporaryFolder() };
  const open = async (): Promise<Log> => {
    const log = await openLog({ home, clock, random, env, disk: unsyncedDisk });
    if (options.trusting !== false) await trustAll(log);
    return log;
  };
  const copy: Copy = {
    home,
    env,
    clock,
    open,
    with: async (work) => {
      const log = await open();
      try {
        return await work(log);
      } finally {
        await log.close();
      }
    },
    pull: (from) => {
      for (const part of ['log', 'keys', 'blobs']) {
        const source = join(from.home, '.datum', part);
        if (existsSync(source)) mergeFiles(source, join(home, '.datum', part));
      }
    },
  };
  if (options.of !== undefined) copy.pull(options.of);
  return copy;
}

export const mood = (v: string, e = 'agent:harbor'): FactInput => ({ e, a: 'agent/mood', v });

export function written(result: TransactResult): Extract<TransactResult, { ok: true }> {
  if (!result.ok) throw new Error('a condition did not hold');
  return result;
}

export async function idsOf(log: Log): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { id } of log.transactions()) ids.push(id);
  return ids;
}
