/**
 * Writing, loading, rebuilding and opening, beside the ceilings of the same machine in the same run:
 * `node bench/log.ts`. An argument is the number of datoms of the large home; 1,000,000 without one.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { manualClock, seededRandom } from '../src/base/index.ts';
import { type FactInput, type Log, openLog } from '../src/fact/index.ts';
import { plantWriters } from './homes/many-writers.ts';
import { interleave, quotients, report, spread, type Task } from './timing/rounds.ts';

const LARGE = Number(process.argv[2] ?? 1_000_000);
const SINGLE = Math.min(LARGE, 100_000);
const WRITERS = 2_000;
const PER_TRANSACTION = 1_000;
const START = 1_767_225_600_000_000;
const MIB = 1024 * 1024;

const folder = mkdtempSync(join(tmpdir(), 'datum-bench-'));
const env = { DATUM_STATE: join(folder, 'state') };
const clock = manualClock(START);

const open = (name: string): Promise<Log> =>
  openLog({ home: join(folder, name), clock, random: seededRandom(name), env });

/** Microseconds by the clock and of the processors. */
interface Spent {
  readonly micros: number;
  readonly processor: number;
}

async function timed<T>(work: () => Promise<T>): Promise<readonly [Spent, T]> {
  const start = performance.now();
  const before = process.cpuUsage();
  const result = await work();
  const { system, user } = process.cpuUsage(before);
  return [{ micros: (performance.now() - start) * 1000, processor: user + system }, result];
}

/** By the clock, which counts, and of processor time, which other work on the machine disturbs less. */
function perSecond(count: number, { micros, processor }: Spent): string {
  const rate = (spent: number): string => Math.round((count * 1e6) / spent).toLocaleString('en');
  return `${rate(micros)} datoms/s (${rate(processor)} of processor time)`;
}

/** Durable one-fact transactions beside what appending and syncing such a line costs. */
async function durableWrites(): Promise<void> {
  const log = await open('writes');
  const line = Buffer.alloc(420, 'x');
  const fd = openSync(join(folder, 'ceiling'), 'a');
  let value = 0;
  const fact = (e: string): FactInput => {
    value += 1;
    return { e, a: 'agent/step', v: value };
  };
  const ceiling: Task = {
    name: 'ceiling',
    run: (count) => {
      for (let n = 0; n < count; n += 1) {
        writeSync(fd, line);
        fdatasyncSync(fd);
      }
    },
  };
  const alone: Task = {
    name: 'alone',
    run: async (count) => {
      for (let n = 0; n < count; n += 1) await log.transact([fact('agent:one')]);
    },
  };
  const sixteen: Task = {
    name: 'sixteen',
    run: async (count) => {
      const wait = async (n: number): Promise<void> => {
        for (let done = 0; done < count / 16; done += 1) await log.transact([fact(`agent:${n}`)]);
      };
      await Promise.all(Array.from({ length: 16 }, (_, n) => wait(n)));
    },
  };
  const timings = await interleave([ceiling, alone, sixteen], { rounds: 9, count: 320 });
  closeSync(fd);
  await log.close();
  const micros = (name: string): string => `${spread(timings.get(name) ?? [], 0)} µs`;
  report('append + fdatasync of such a line', micros('ceiling'));
  report('a durable signed transaction, one after another', micros('alone'));
  report('the same with 16 waiting', micros('sixteen'));
  const half = quotients(timings, 'ceiling', 'alone');
  report('rate one after another / append + fdatasync (>= 0.5)', spread(half), atLeast(half, 0.5));
  const gain = quotients(timings, 'alone', 'sixteen');
  report('rate with 16 waiting / one after another (>= 3)', spread(gain), atLeast(gain, 3));
}

const atLeast = (values: readonly number[], bound: number): boolean => {
  const sorted = [...values].sort((one, other) => one - other);
  return (sorted[Math.floor(sorted.length / 2)] ?? 0) >= bound;
};

const ATTRIBUTES = Array.from({ length: 20 }, (_, n) => `thing/a${n}`);

function factsFrom(first: number, count: number): readonly FactInput[] {
  return Array.from({ length: count }, (_, at) => {
    const n = first + at;
    const v = n % 3 === 0 ? n : `value ${n}`;
    return { e: `thing:${Math.floor(n / 20)}`, a: ATTRIBUTES[n % 20] ?? '', v };
  });
}

async function fill(log: Log, total: number, each: number): Promise<void> {
  const indexed = ['thing/a0', 'thing/a1'];
  await log.transact(indexed.map((a) => ({ e: `attr:${a}`, a: 'attribute/indexed', v: true })));
  for (let first = 0; first < total; first += each) {
    clock.advance(1_000);
    await log.transact(factsFrom(first, Math.min(each, total - first)), { durability: 'later' });
  }
  await log.sync();
}

async function load(): Promise<void> {
  const log = await open('large');
  const before = process.memoryUsage.rss();
  const [spent] = await timed(() => fill(log, LARGE, PER_TRANSACTION));
  const used = process.memoryUsage.rss();
  await log.close();
  const rate = (LARGE * 1e6) / spent.micros;
  report('load, 2 of 20 attributes indexed (>= 250,000)', perSecond(LARGE, spent), rate >= 250_000);
  const memory = `${Math.round(used / MIB)} MiB, ${Math.round((used - before) / MIB)} MiB more than before`;
  report('resident memory after it (<= 300 MiB)', memory, used <= 300 * MIB);
}

/** Deletes the index and opens: chains, hashes and the newest signatures are checked on the way. */
async function rebuild(name: string, total: number, each: number): Promise<void> {
  for (const end of ['', '-wal', '-shm'])
    rmSync(join(folder, name, '.datum', `local.sqlite${end}`), { force: true });
  const [spent, log] = await timed(() => open(name));
  await log.close();
  const rate = (total * 1e6) / spent.micros;
  const what = each === 1 ? 'one fact' : `${each.toLocaleString('en')} facts`;
  report(
    `index rebuild, transactions of ${what} (>= 100,000)`,
    perSecond(total, spent),
    rate >= 100_000,
  );
}

/** Opening in a process of its own, beside one that only loads the program. */
function opening(name: string): void {
  const run = (work: string): number => {
    const module = JSON.stringify(new URL('../src/fact/index.ts', import.meta.url).href);
    const code = `const { openLog } = await import(${module}); const start = performance.now(); ${work}; console.log(performance.now() - start);`;
    const options = { env: { ...process.env, ...env }, encoding: 'utf8' as const };
    return Number(spawnSync(process.execPath, ['--input-type=module', '-e', code], options).stdout);
  };
  const home = JSON.stringify(join(folder, name));
  const times = Array.from({ length: 7 }, () => run(`await openLog({ home: ${home} })`));
  report('opening the large home (< 20 ms)', `${spread(times, 1)} ms`, !atLeast(times, 20));
}

/** A clone in which very many have written one transaction each. */
async function manyWriters(): Promise<void> {
  const home = join(folder, 'many');
  plantWriters(home, { writers: WRITERS, start: START, random: seededRandom('many') });
  const [first, log] = await timed(() => open('many'));
  await log.close();
  report(`first opening with ${WRITERS} writers`, `${(first.micros / 1000).toFixed(0)} ms`);
  const times: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const [{ micros }, again] = await timed(() => open('many'));
    times.push(micros / 1000);
    await again.close();
  }
  report(
    `opening with ${WRITERS} writers again (< 100 ms)`,
    `${spread(times, 0)} ms`,
    !atLeast(times, 100),
  );
}

try {
  await durableWrites();
  await load();
  opening('large');
  await rebuild('large', LARGE, PER_TRANSACTION);
  const single = await open('single');
  await fill(single, SINGLE, 1);
  await single.close();
  await rebuild('single', SINGLE, 1);
  await manyWriters();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
