import assert from 'node:assert/strict';
import {
  type Clock,
  DatumError,
  type ManualClock,
  manualClock,
  type Random,
  seededRandom,
} from '../../base/index.ts';
import type { FactInput, Log, Transaction, TransactResult } from '../log.ts';

/** A store under test: each call opens a new, empty log on it. */
export type OpenEmptyLog = (world: {
  readonly clock: Clock;
  readonly random: Random;
}) => Promise<Log>;

/** One sentence about every store, and the check of it: throws when it is not so. */
export interface ConformanceCase {
  readonly name: string;
  readonly run: (open: OpenEmptyLog) => Promise<void>;
}

export interface Bench {
  readonly log: Log;
  readonly clock: ManualClock;
}

export const START = 1_767_225_600_000_000;

export const check = (name: string, body: (bench: Bench) => Promise<void>): ConformanceCase => ({
  name,
  run: async (open) => {
    const clock = manualClock(START);
    const log = await open({ clock, random: seededRandom(name) });
    try {
      await body({ log, clock });
    } finally {
      await log.close();
    }
  },
});

export const mood = (v: string): FactInput => ({ e: 'agent:harbor', a: 'agent/mood', v });

export const written = (result: TransactResult) => {
  assert(result.ok, 'a condition did not hold');
  return result;
};

export async function all(log: Log): Promise<readonly Transaction[]> {
  const list: Transaction[] = [];
  for await (const transaction of log.transactions()) list.push(transaction);
  return list;
}

export const rejects = async (promise: Promise<unknown>, code: string): Promise<void> => {
  await assert.rejects(promise, (error) => error instanceof DatumError && error.code === code);
};
