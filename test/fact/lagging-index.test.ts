import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { type Disk, manualClock, seededRandom, systemDisk } from '../../src/base/index.ts';
import { FactIndex } from '../../src/fact/fact-index.ts';
import {
  type Database,
  defineProjection,
  type FactInput,
  type KeptRead,
  type Log,
  memoryLog,
  openLog,
  type TransactOptions,
} from '../../src/fact/index.ts';
import { type Fate, faultyDisk } from './faulty-disk.ts';
import { temporaryFolder } from './temporary-folder.ts';

const START = 1_767_225_600_000_000;

const open = (home: string, options: { disk?: Disk; readOnly?: boolean } = {}): Promise<Log> =>
  openLog({
    home,
    env: { DATUM_STATE: join(home, 'state') },
    clock: manualClock(START),
    random: seededRandom(home),
    ...options,
  });

const step = (v: number): FactInput => ({ e: 'agent:one', a: 'agent/step', v });

/** So many transactions that follow each other without a turn of the event loop. */
async function streak(log: Log, from: number, count: number): Promise<void> {
  for (let n = from; n < from + count; n += 1) {
    expect(await log.transact([step(n)])).toMatchObject({ ok: true, written: true });
  }
}

/** How many transactions the index file has, whatever the log says. */
function indexed(home: string): number {
  const db = new DatabaseSync(join(home, '.datum', 'local.sqlite'), { readOnly: true });
  const row = db.prepare('select count(*) as count from ix_tx').get();
  db.close();
  return Number(row?.['count']);
}

const stepOf = async (log: Log): Promise<unknown> =>
  (await log.at()).get('agent:one', 'agent/step');

async function seqs(log: Log): Promise<readonly number[]> {
  const found: number[] = [];
  for await (const { seq } of log.transactions()) found.push(seq);
  return found;
}

const upTo = (last: number): readonly number[] => Array.from({ length: last }, (_, n) => n + 1);

test('the index lags behind a streak of writes until it is read or the event loop turns', async () => {
  const home = temporaryFolder();
  const log = await open(home);
  await streak(log, 1, 5);
  expect(indexed(home)).toBe(1);
  expect(await stepOf(log)).toBe(5);
  expect(indexed(home)).toBe(5);
  await streak(log, 6, 5);
  expect(indexed(home)).toBe(6);
  await setImmediate();
  await setImmediate();
  expect(indexed(home)).toBe(10);
  await streak(log, 11, 5);
  await log.close();
  expect(indexed(home)).toBe(15);
});

test('a write after a read goes into the index at once, and so does one that is checked', async () => {
  const home = temporaryFolder();
  const log = await open(home);
  await streak(log, 1, 1);
  for (let n = 2; n < 6; n += 1) {
    expect(await stepOf(log)).toBe(n - 1);
    await streak(log, n, 1);
    expect(indexed(home)).toBe(n);
  }
  await streak(log, 6, 3);
  const { e, a } = step(0);
  const refused = await log.transact([step(99)], { if: [{ e, a, is: 5 }] });
  expect(refused).toMatchObject({ ok: false, found: 8 });
  const allowed = await log.transact([step(99)], { if: [{ e, a, is: 8 }] });
  expect(allowed).toMatchObject({ ok: true, seq: 9 });
  expect(indexed(home)).toBe(9);
  await log.close();
});

test('however many are written in a row, the index lacks few of them', async () => {
  const home = temporaryFolder();
  const log = await open(home);
  const most: number[] = [];
  for (let n = 1; n <= 450; n += 1) {
    await streak(log, n, 1);
    if (n % 20 === 0) most.push(n - indexed(home));
  }
  expect(Math.max(...most)).toBeLessThan(128);
  expect(await seqs(log)).toEqual(upTo(450));
  await log.close();
});

test('saying again what is pending writes nothing and answers with the newest transaction', async () => {
  const home = temporaryFolder();
  const log = await open(home);
  await streak(log, 1, 3);
  expect(await log.transact([step(3)])).toMatchObject({ ok: true, seq: 3, written: false });
  const { e, a } = step(0);
  expect(await log.transact([{ e, a, op: 'retract' }])).toMatchObject({ seq: 4, written: true });
  expect(await log.transact([{ e, a, op: 'retract' }])).toMatchObject({ seq: 4, written: false });
  expect(indexed(home)).toBe(1);
  await log.close();
});

test('another opening, new or long there, reads and continues what was just acknowledged', async () => {
  const home = temporaryFolder();
  const one = await open(home);
  await streak(one, 1, 1);
  const other = await open(home);
  await streak(one, 2, 3);
  expect(await stepOf(other)).toBe(4);
  await streak(one, 5, 3);
  const looking = await open(home, { readOnly: true });
  expect(looking.tookIn.problems).toEqual([]);
  expect(await stepOf(looking)).toBe(7);
  await looking.close();
  await streak(other, 8, 3);
  expect(await stepOf(one)).toBe(10);
  await streak(one, 11, 3);
  const late = await open(home);
  expect(await stepOf(late)).toBe(13);
  for (const log of [one, other, late]) expect(await seqs(log)).toEqual(upTo(13));
  for (const log of [one, other, late]) await log.close();
});

test('a reader waits for no write that is only under way', async () => {
  const home = temporaryFolder();
  const one = await open(home);
  await streak(one, 1, 2);
  const reader = await open(home);
  const writing = new DatabaseSync(join(home, '.datum', 'local.sqlite'));
  writing.exec('begin immediate');
  const folder = join(home, '.datum', 'log');
  const [writer = ''] = readdirSync(folder);
  appendFileSync(join(folder, writer, '000001.jsonl'), 'the beginning of a line');
  expect(await stepOf(reader)).toBe(2);
  writing.exec('rollback');
  writing.close();
  await streak(reader, 3, 2);
  expect(await stepOf(one)).toBe(4);
  for (const log of [one, reader]) await log.close();
});

test('what a process had pending when it died is taken in by whoever opens next', async () => {
  const home = temporaryFolder();
  await streak(await open(home), 1, 6);
  expect(indexed(home)).toBe(1);
  const next = await open(home);
  expect(await stepOf(next)).toBe(6);
  expect(await next.transact([step(7)])).toMatchObject({ seq: 7 });
  await next.close();
});

/** A program of its own that has the home's log open. */
function program(home: string, work: string): readonly string[] {
  const module = JSON.stringify(new URL('../../src/fact/index.ts', import.meta.url).href);
  const opened = `openLog({ home: ${JSON.stringify(home)}, env: { DATUM_STATE: ${JSON.stringify(join(home, 'state'))} } })`;
  const code = `const { openLog } = await import(${module}); const log = await ${opened};
    const step = (v) => [{ e: 'agent:one', a: 'agent/step', v }]; ${work}`;
  return ['--input-type=module', '-e', code];
}

test('a command run while writes are pending sees them and writes on, and nobody waits', async () => {
  const home = temporaryFolder();
  const log = await open(home);
  await streak(log, 1, 4);
  const work = `console.log(await (await log.at()).get('agent:one', 'agent/step'));
    await log.transact(step(5)); await log.transact(step(6)); await log.close();`;
  expect(execFileSync(process.execPath, program(home, work), { encoding: 'utf8' })).toBe('4\n');
  expect(await stepOf(log)).toBe(6);
  await streak(log, 7, 3);
  expect(await seqs(log)).toEqual(upTo(9));
  await log.close();
});

test('a kill right after an acknowledgement loses nothing', async () => {
  const home = temporaryFolder();
  const work = `for (let n = 1; n <= 9; n += 1) await log.transact(step(n));
    process.kill(process.pid, 'SIGKILL'); await new Promise(() => {});`;
  expect(spawnSync(process.execPath, program(home, work)).signal).toBe('SIGKILL');
  expect(indexed(home)).toBe(1);
  const log = await open(home);
  expect(await stepOf(log)).toBe(9);
  expect(await seqs(log)).toEqual(upTo(9));
  await log.close();
});

test.each(['write', 'syncData'] as const)(
  'one %s that fails in a streak takes back that transaction alone',
  async (broken) => {
    const home = temporaryFolder();
    let fate: Fate = 'ok';
    const disk = faultyDisk((call) => {
      const now = call === broken ? fate : 'ok';
      if (call === broken) fate = 'ok';
      return now;
    });
    const log = await open(home, { disk });
    await streak(log, 1, 3);
    fate = 'half';
    await expect(log.transact([step(4)])).rejects.toMatchObject({ code: 'fact/not-written' });
    expect(await log.transact([step(5)])).toMatchObject({ ok: true, seq: 4 });
    expect(await stepOf(log)).toBe(5);
    await streak(log, 6, 2);
    await log.close();
    const again = await open(home);
    expect(await seqs(again)).toEqual(upTo(6));
    expect(await stepOf(again)).toBe(7);
    await again.close();
  },
);

test('a disk that dies for good in a streak leaves all that was acknowledged readable', async () => {
  const home = temporaryFolder();
  let dead = false;
  const log = await open(home, { disk: faultyDisk(() => (dead ? 'fail' : 'ok')) });
  await streak(log, 1, 4);
  dead = true;
  await expect(log.transact([step(5)])).rejects.toThrow('could not write the log');
  await expect(log.transact([step(6)])).rejects.toMatchObject({ code: 'fact/store-failed' });
  expect(await stepOf(log)).toBe(4);
  await log.close();
  const again = await open(home);
  expect(await stepOf(again)).toBe(4);
  await again.close();
});

type Move =
  | { readonly who: 0 | 1; readonly say: readonly (readonly [slot: number, v: number])[] }
  | { readonly who: 0 | 1; readonly add: number }
  | { readonly who: 0 | 1; readonly does: 'read' | 'take in' | 'open again' }
  | { readonly does: 'turn' };

const who = fc.constantFrom(0 as const, 1 as const);
const slot = fc.nat({ max: 2 });
const say = fc.array(fc.tuple(slot, fc.nat({ max: 3 })), { minLength: 1, maxLength: 4 });
const does = fc.constantFrom('read' as const, 'take in' as const, 'open again' as const);
const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ who, say }) },
  { weight: 2, arbitrary: fc.record({ who, add: slot }) },
  { weight: 2, arbitrary: fc.record({ who, does }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('turn' as const) }) },
);

const slotFact = (n: number, v: number): FactInput => ({ e: `slot:${n}`, a: 'slot/value', v });

/** Two openings of one home beside a plain map; each move is by one of them. */
class TwoOpenings {
  readonly #home = temporaryFolder();
  readonly #model = new Map<number, number>();
  #logs: Log[] = [];

  async play(moves: readonly Move[]): Promise<void> {
    this.#logs = [await open(this.#home), await open(this.#home)];
    for (const each of moves) await this.#play(each);
    for (const log of this.#logs) await this.#compare(log);
    const [one = [], other] = await Promise.all(this.#logs.map(seqs));
    expect(one).toEqual(upTo(one.length));
    expect(other).toEqual(one);
    for (const log of this.#logs) await log.close();
    await this.#makeIndexAgain(one);
    rmSync(this.#home, { recursive: true });
  }

  async #play(each: Move): Promise<void> {
    if (!('who' in each)) {
      await setImmediate();
      return;
    }
    const log = this.#logs[each.who];
    if (log === undefined) return;
    if ('say' in each) {
      for (const [n, v] of each.say) {
        const result = await log.transact([slotFact(n, v)]);
        expect(result).toMatchObject({ ok: true, written: this.#model.get(n) !== v });
        this.#model.set(n, v);
      }
    } else if ('add' in each) await this.#add(log, each.add);
    else if (each.does === 'open again') this.#logs[each.who] = await open(this.#home);
    else if (each.does === 'take in') await log.takeIn();
    else await this.#compare(log);
  }

  async #add(log: Log, n: number): Promise<void> {
    const before = this.#model.get(n);
    const { e, a } = slotFact(n, 0);
    const condition = before === undefined ? { e, a, absent: true as const } : { e, a, is: before };
    const result = await log.transact([slotFact(n, (before ?? 0) + 10)], { if: [condition] });
    expect(result).toMatchObject({ ok: true, written: true });
    this.#model.set(n, (before ?? 0) + 10);
  }

  async #compare(log: Log): Promise<void> {
    const database = await log.at();
    for (const n of [0, 1, 2]) {
      expect(await database.get(`slot:${n}`, 'slot/value')).toBe(this.#model.get(n));
    }
  }

  async #makeIndexAgain(expected: readonly number[]): Promise<void> {
    const datum = join(this.#home, '.datum');
    for (const name of readdirSync(datum)) {
      if (name.startsWith('local.sqlite')) rmSync(join(datum, name));
    }
    const log = await open(this.#home);
    await this.#compare(log);
    expect(await seqs(log)).toEqual(expected);
    await log.close();
  }
}

test('two openings that write in turn make one chain, and each reads what the other wrote', async () => {
  const moves = fc.array(move, { minLength: 1, maxLength: 14 });
  await fc.assert(
    fc.asyncProperty(moves, (each) => new TwoOpenings().play(each)),
    { numRuns: 25 },
  );
});

const total = defineProjection({
  name: 'total',
  version: 1,
  tables: { said: 'n integer primary key, seq int, value text' },
  order: 'log',
  fold: ({ facts, seq }, tables) => {
    for (const { v = null } of facts) {
      tables.run('insert into said (seq, value) values (?, ?)', seq, JSON.stringify(v));
    }
  },
});

const sizes: KeptRead<Readonly<Record<string, unknown>>> = {
  attributes: ['x/size'],
  read: async (database: Database) => {
    const found: Record<string, unknown> = {};
    for await (const { e, v } of database.datoms({ a: 'x/size' })) found[e] = v;
    return found;
  },
  fold: (state, facts) => {
    const next = { ...state };
    for (const { e, op, v } of facts) {
      if (op === 'retract') delete next[e];
      else next[e] = v;
    }
    return next;
  },
};

const anyFact = fc.record(
  {
    e: fc.constantFrom('n:1', 'n:2', 'n:3'),
    a: fc.constantFrom('x/size', 'x/colour', 'x/many', 'x/unique', 'x/secret', 'policy/x'),
    v: fc.constantFrom<FactInput['v'] & {}>(1, 2, 'a', { $ref: 'n:1' }, -0),
    op: fc.constantFrom('assert' as const, 'assert' as const, 'retract' as const),
    validFrom: fc.constantFrom(START - 1, 'always' as const),
  },
  { requiredKeys: ['e', 'a', 'v', 'op'] },
);
const plainFact = anyFact.map(({ e, op, v }): FactInput => ({ e, a: 'x/size', v, op }));
const written = fc.record({
  facts: fc.oneof(
    { weight: 3, arbitrary: fc.array(plainFact, { minLength: 1, maxLength: 2 }) },
    { weight: 1, arbitrary: fc.array(anyFact, { minLength: 1, maxLength: 3 }) },
  ),
  options: fc.oneof(
    { weight: 6, arbitrary: fc.constant<TransactOptions>({}) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<TransactOptions>(
        { durability: 'later' },
        { branch: 'try' },
        { if: [{ e: 'n:1', a: 'x/size', is: 1 }] },
      ),
    },
  ),
  together: fc.boolean(),
  ask: fc.constantFrom('nothing', 'nothing', 'nothing', 'head', 'rows', 'kept'),
});

const DECLARED: readonly FactInput[] = [
  { e: 'attr:x/many', a: 'attribute/cardinality', v: 'many' },
  { e: 'attr:x/unique', a: 'attribute/unique', v: true },
  { e: 'attr:x/secret', a: 'attribute/private', v: true },
];

/** What became of a write, in a form two logs can be compared by. */
async function outcome(work: Promise<object>): Promise<unknown> {
  try {
    return { ...(await work), id: '', writer: '' };
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
}

async function ask(log: Log, what: string): Promise<unknown> {
  if (what === 'rows') return log.query(total, 'select * from said order by n');
  const database = await log.at();
  if (what === 'kept') return log.kept(sizes, database);
  const found: unknown[] = [];
  for await (const datom of database.datoms()) found.push({ ...datom, tx: '' });
  return found;
}

test('whatever is written and asked, a home answers as a log in memory, which never lags', async () => {
  const all = fc.array(written, { minLength: 1, maxLength: 16 });
  await fc.assert(
    fc.asyncProperty(all, async (writes) => {
      const home = temporaryFolder();
      const memory = await memoryLog({ clock: manualClock(START), random: seededRandom('m') });
      const logs = [await open(home), memory];
      for (const log of logs) await log.transact(DECLARED);
      for (const { facts, options, together, ask: what } of writes) {
        const one = logs.map((log) => {
          const first = outcome(log.transact(facts, options));
          return together ? Promise.all([first, outcome(log.transact(facts, options))]) : first;
        });
        const [mine, its] = await Promise.all(one);
        expect(mine).toEqual(its);
        if (what === 'nothing') continue;
        const [answer, other] = await Promise.all(logs.map((log) => ask(log, what)));
        expect(answer).toEqual(other);
      }
      for (const what of ['head', 'rows', 'kept']) {
        const [answer, other] = await Promise.all(logs.map((log) => ask(log, what)));
        expect(answer).toEqual(other);
      }
      for (const log of logs) await log.close();
      rmSync(home, { recursive: true });
    }),
    { numRuns: 40 },
  );
});

/** The newest segment of the home's only writer. */
function segmentOf(home: string): string {
  const folder = join(home, '.datum', 'log');
  return join(folder, readdirSync(folder)[0] ?? '', '000001.jsonl');
}

test('what is pending is brought and not read again when others used the index meanwhile', async () => {
  const home = temporaryFolder();
  let fails = false;
  const disk: Disk = {
    ...systemDisk,
    open: (path, flags, ...rest) => {
      if (fails && flags === 'r' && path.endsWith('.jsonl')) throw new Error('EMFILE');
      return systemDisk.open(path, flags, ...rest);
    },
  };
  const log = await open(home, { disk });
  const other = await open(home);
  await streak(log, 1, 4);
  await other.leases.acquire('a', { holder: 'other', ttlMillis: 1 });
  fails = true;
  expect(await log.transact([step(5)])).toMatchObject({ seq: 5 });
  expect(indexed(home)).toBe(5);
  expect(await stepOf(log)).toBe(5);
  fails = false;
  await streak(log, 6, 2);
  const again = await open(home);
  expect(await seqs(again)).toEqual(upTo(7));
  for (const each of [log, other, again]) await each.close();
});

test('lines that vanish while their transactions are pending are missed at every write', async () => {
  const home = temporaryFolder();
  const log = await open(home);
  await streak(log, 1, 1);
  const { size } = statSync(segmentOf(home));
  await streak(log, 2, 3);
  truncateSync(segmentOf(home), size);
  const missing = { code: 'fact/missing-history' };
  await expect(log.transact([step(5)])).rejects.toMatchObject(missing);
  await expect(log.transact([step(6)])).rejects.toMatchObject(missing);
  expect(await stepOf(log)).toBe(4);
  await expect(log.transact([step(7)])).rejects.toMatchObject(missing);
  expect(statSync(segmentOf(home)).size).toBe(size);
  await log.close();
});

test('a place in the chain whose transaction was acknowledged and is gone is not signed again', async () => {
  const home = temporaryFolder();
  const log = await open(home);
  await streak(log, 1, 1);
  const work = `await log.transact(step(2)); await log.transact(step(3)); await log.transact(step(4));
    process.kill(process.pid, 'SIGKILL'); await new Promise(() => {});`;
  spawnSync(process.execPath, program(home, work));
  expect(indexed(home)).toBe(2);
  const lines = readFileSync(segmentOf(home), 'utf8').split('\n');
  truncateSync(segmentOf(home), lines.slice(0, 2).join('\n').length + 1);
  const missing = { code: 'fact/missing-history' };
  await expect(log.transact([step(5)])).rejects.toMatchObject(missing);
  await expect(log.transact([step(5)])).rejects.toMatchObject(missing);
  await log.close();
});

test('when what is pending cannot be brought before a write, nothing acknowledged is taken back', async () => {
  const home = temporaryFolder();
  const log = await open(home);
  const other = await open(home);
  await streak(log, 1, 4);
  await other.leases.acquire('a', { holder: 'other', ttlMillis: 1 });
  const apply = vi.spyOn(FactIndex.prototype, 'apply').mockImplementationOnce(() => {
    throw new Error('database or disk is full');
  });
  await expect(log.transact([step(5)])).rejects.toMatchObject({ code: 'fact/not-written' });
  apply.mockRestore();
  expect(await log.transact([step(6)])).toMatchObject({ seq: 5 });
  for (const each of [log, other]) expect(await seqs(each)).toEqual(upTo(5));
  expect(readFileSync(segmentOf(home), 'utf8').split('\n')).toHaveLength(5 + 1);
  for (const each of [log, other]) await each.close();
});
