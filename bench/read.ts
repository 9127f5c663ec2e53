/**
 * Reads, beside what bare SQLite takes on the same machine in the same run: `node bench/read.ts`.
 * An argument is the number of datoms of the large home; 1,000,000 without one.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { manualClock, seededRandom } from '../src/base/index.ts';
import { type Database, type FactInput, type Log, openLog } from '../src/fact/index.ts';
import { interleave, median, quotients, report, spread, type Task } from './timing/rounds.ts';

const LARGE = Number(process.argv[2] ?? 1_000_000);
const SMALL = 10_000;
const HISTORY = 100_000;
const START = 1_767_225_600_000_000;
const ATTRIBUTES = Array.from({ length: 20 }, (_, n) => `thing/a${n}`);
const PER_TRANSACTION = 1_000;

const folder = mkdtempSync(join(tmpdir(), 'datum-bench-'));
const clock = manualClock(START);

const open = (name: string): Promise<Log> =>
  openLog({
    home: join(folder, name),
    clock,
    random: seededRandom(name),
    env: { DATUM_STATE: join(folder, 'state') },
  });

/** Entities of 20 attributes each. */
async function filled(name: string, datoms: number): Promise<Log> {
  const log = await open(name);
  for (let first = 0; first < datoms; first += PER_TRANSACTION) {
    const facts: FactInput[] = [];
    for (let n = first; n < Math.min(datoms, first + PER_TRANSACTION); n += 1) {
      const a = ATTRIBUTES[n % 20] ?? '';
      facts.push({ e: `thing:${Math.floor(n / 20)}`, a, v: n % 3 === 0 ? n : `value ${n}` });
    }
    clock.advance(1_000);
    await log.transact(facts, { durability: 'later' });
  }
  await log.sync();
  return log;
}

/** A table of as many rows, read by its integer key: what a point read costs without a log. */
function bareTable(name: string, rows: number): (key: number) => unknown {
  const db = new DatabaseSync(join(folder, `${name}.sqlite`));
  db.exec('pragma journal_mode = wal; pragma synchronous = normal; pragma cache_size = -65536');
  db.exec('create table point (n integer primary key, value)');
  const insert = db.prepare('insert into point values (?, ?)');
  db.exec('begin');
  for (let n = 0; n < rows; n += 1) insert.run(n, n % 3 === 0 ? n : `value ${n}`);
  db.exec('commit');
  const read = db.prepare('select value from point where n = ?');
  return (key) => read.get(key);
}

/** Repeatable numbers below a bound, in no order. */
function scattered(bound: number): () => number {
  let state = 12_345;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state % bound;
  };
}

const bareTask = (name: string, rows: number): Task => {
  const read = bareTable(name, rows);
  const next = scattered(rows);
  return {
    name,
    run: (count) => {
      for (let n = 0; n < count; n += 1) read(next());
    },
  };
};

const pointTask = (name: string, db: Database, datoms: number): Task => {
  const next = scattered(datoms);
  return {
    name,
    run: async (count) => {
      for (let n = 0; n < count; n += 1) {
        const datom = next();
        await db.get(`thing:${Math.floor(datom / 20)}`, ATTRIBUTES[datom % 20] ?? '');
      }
    },
  };
};

const historyTask = (name: string, at: () => Promise<Database>): Task => ({
  name,
  run: async (count) => {
    const db = await at();
    for (let n = 0; n < count; n += 1) await db.get('counter:1', 'counter/value');
  },
});

async function withHistory(): Promise<Log> {
  const log = await open('history');
  for (let n = 0; n < HISTORY; n += 1) {
    clock.advance(1_000);
    // Not awaited one by one: those that wait together are written together.
    const written = log.transact([{ e: 'counter:1', a: 'counter/value', v: n }], {
      durability: 'later',
    });
    if (n % 1_000 === 999) await written;
  }
  await log.sync();
  return log;
}

const branchTask = (name: string, log: Log): Task => ({
  name,
  run: async (count) => {
    for (let n = 0; n < count; n += 1) {
      clock.advance(1_000);
      await log.branches.create('bench');
      await log.branches.close('bench');
    }
  },
});

const microseconds = (values: readonly number[] | undefined): string =>
  `${spread(values ?? [])} us`;

async function main(): Promise<void> {
  const [large, small] = [await filled('large', LARGE), await filled('small', SMALL)];
  const history = await withHistory();
  const middle = Math.floor((START + clock.now()) / 2);
  const sizes = `${LARGE.toLocaleString('en')} datoms`;
  const long = `of ${HISTORY.toLocaleString('en')} operations`;
  const points = await interleave(
    [
      bareTask('bare', LARGE),
      pointTask('large', await large.at({ known: clock.now() }), LARGE),
      pointTask('small', await small.at({ known: clock.now() }), SMALL),
      historyTask('new', () => history.at()),
      historyTask('old', () => history.at({ valid: middle })),
      historyTask('then', () => history.at({ known: middle, valid: middle })),
    ],
    { rounds: 9, count: 20_000 },
  );
  report('bare SQLite point read by integer key', microseconds(points.get('bare')));
  for (const [task, name] of [
    ['large', `as-of point read at ${sizes}`],
    ['old', `known now, valid long ago, ${long}`],
    ['then', `known and valid long ago, ${long}`],
  ] as const) {
    const share = quotients(points, 'bare', task).map((value) => value * 100);
    report(name, microseconds(points.get(task)));
    report('  share of bare, at least 50 %', `${spread(share, 0)} %`, median(share) >= 50);
  }
  const growth = quotients(points, 'large', 'small');
  report(`  ${sizes} against 10,000, at most 1.5`, spread(growth), median(growth) <= 1.5);
  const branches = await interleave([branchTask('large', large), branchTask('small', small)], {
    rounds: 7,
    count: 3,
  });
  const fork = quotients(branches, 'large', 'small');
  report(`fork and discard a branch at ${sizes}`, microseconds(branches.get('large')));
  report('  against 10,000, at most 1.5', spread(fork), median(fork) <= 1.5);
  for (const log of [large, small, history]) await log.close();
}

try {
  await main();
} finally {
  rmSync(folder, { recursive: true });
}
