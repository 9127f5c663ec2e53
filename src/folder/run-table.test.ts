import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/fact/temporary-folder.ts';
import { manualClock, seededRandom, systemDisk } from '../base/index.ts';
import { type Log, memoryLog } from '../fact/index.ts';
import { memoryMarks, openFolder, printRunRecord, readRecord } from './index.ts';
import { countRuns, listRuns } from './run-list.ts';
import { dearestRuns, spendBy } from './run-spend.ts';
import { runTable } from './run-table.ts';

const HARBOR = fileURLToPath(new URL('../../examples/harbor', import.meta.url));

/** Reads the example where it stands, and writes nothing. */
let log: Log;
beforeAll(async () => {
  log = await memoryLog({ clock: manualClock(0), random: seededRandom('runs') });
  const world = { disk: systemDisk, random: seededRandom('folder'), marks: memoryMarks() };
  await openFolder({ log, root: HARBOR, ...world }).reconcile();
});

test('harbor has 28 records, 23 of them runs', async () => {
  expect(await countRuns(log, { agent: 'harbor' })).toEqual({
    records: 28,
    primary: { error: 1, lock_busy: 2, ok: 19, skipped: 1 },
  });
});

test('the spend of harbor per day is that of its description', async () => {
  const days = await spendBy(log, 'day', { agent: 'harbor', from: '2026-06-01', to: '2026-06-05' });
  expect(days.map(({ key, usd }) => [key, usd.toFixed(6)])).toEqual([
    ['2026-06-01', '0.052020'],
    ['2026-06-02', '0.062790'],
    ['2026-06-03', '0.049635'],
    ['2026-06-04', '0.752190'],
    ['2026-06-05', '0.203115'],
  ]);
  expect(days.reduce((sum, { usd }) => sum + usd, 0)).toBeCloseTo(1.11975, 9);
});

test('the spend of harbor per model is that of its description', async () => {
  const models = await spendBy(log, 'model');
  expect(models.map(({ key, usd }) => [key, usd])).toEqual([
    ['claude-haiku-4-5-20251001', 0.00924],
    ['claude-opus-4-7-20260101', 0.5133],
    ['claude-sonnet-4-6-20260101', 0.59721],
  ]);
  expect(await spendBy(log, 'model', { from: '2027-01-01' })).toEqual([]);
});

test('a run is asked for by SQL, by its facts and by its words', async () => {
  const rows = await log.query(
    runTable,
    'select summary, latency_ms from run_record where parent_run_id is null and status = ?',
    ['error'],
  );
  expect(rows).toEqual([{ summary: 'Provider timeout after 30 s', latency_ms: 30_000 }]);
  const database = await log.at();
  const found = await database.find([
    { e: { var: 'run' }, a: 'run/status', v: 'error' },
    { e: { var: 'run' }, a: 'run/model', v: { var: 'model' } },
  ]);
  expect(found).toEqual([
    {
      run: 'run:run-20260603-060000-000000-90fe12b7',
      model: 'claude-sonnet-4-6-20260101',
    },
  ]);
});

test('notes, runs and journals are found by their words', async () => {
  const entities = async (text: string) => (await log.search(text)).map(({ entity }) => entity);
  expect(await entities('copy editor works from shelf marks')).toContain(
    'doc:memory/feedback_citation_style.md',
  );
  const found = await entities('provider timeout');
  expect(found).toContain('run:run-20260603-060000-000000-90fe12b7');
  expect(found.some((entity) => entity.startsWith('entry:'))).toBe(true);
});

test("a judge is no part of the agent's own spend, and a new line counts at once", async () => {
  const own = await memoryLog({ clock: manualClock(0), random: seededRandom('own') });
  const world = { disk: systemDisk, random: seededRandom('folder'), marks: memoryMarks() };
  const folder = openFolder({ log: own, root: temporaryFolder(), ...world });
  const path = 'agents/ada/log/2026-06/2026-06-05.jsonl';
  const line = (id: string, more: object): string =>
    printRunRecord(readRecord({ ts: '2026-06-05T23:59:59Z', run_id: id, model: 'm', ...more }));
  await folder.appendEntry(path, line('a', { cost_usd: 0.25 }));
  await folder.appendEntry(path, line('b', { cost_usd: 4, cost_source: 'judge' }));
  expect(await spendBy(own, 'day', { agent: 'ada' })).toEqual([
    { key: '2026-06-05', usd: 0.25, records: 1 },
  ]);
  await folder.appendEntry(path, line('c', { cost_usd: 0.5 }));
  expect(await spendBy(own, 'day', { agent: 'ada' })).toMatchObject([{ usd: 0.75 }]);
});

test('a delegation that both logs name is spent once', async () => {
  const own = await memoryLog({ clock: manualClock(0), random: seededRandom('delegate') });
  const world = { disk: systemDisk, random: seededRandom('folder'), marks: memoryMarks() };
  const folder = openFolder({ log: own, root: temporaryFolder(), ...world });
  const append = (agent: string, more: object) =>
    folder.appendEntry(
      `agents/${agent}/log/2026-06/2026-06-05.jsonl`,
      printRunRecord(readRecord({ ts: '2026-06-05T12:00:00Z', model: 'm', ...more })),
    );
  const delegate = { trigger: 'delegate', parent_run_id: 'run-1', cost_usd: 0.5 };
  await append('editor', { ...delegate, run_id: 'run-2' });
  await append('ada', { ...delegate, run_id: 'run-1', primitive: 'delegate' });
  await append('ada', { run_id: 'run-1', primitive: 'agent_call', cost_usd: 0.25 });
  expect((await spendBy(own, 'agent')).map(({ key, usd }) => [key, usd])).toEqual([
    ['ada', 0.25],
    ['editor', 0.5],
  ]);
  const { rows, ...all } = await dearestRuns(own, { limit: 20 });
  expect(rows.map(({ key, usd }) => [key, usd])).toEqual([
    ['run-2', 0.5],
    ['run-1', 0.25],
  ]);
  expect(all).toEqual({ runs: 2, usd: 0.75, records: 2 });
  expect(await dearestRuns(own, { limit: 1, agent: 'ada' })).toEqual({
    rows: [{ key: 'run-1', usd: 0.25, records: 1 }],
    ...{ runs: 1, usd: 0.25, records: 1 },
  });
});

test('what was spent, counted and listed follows its lines, however they are changed or taken out', async () => {
  const day = fc.constantFrom('2026-06-05', '2026-06-06');
  const change = fc.record({
    run: fc.constantFrom('run:a', 'run:b', 'run:c'),
    day,
    model: fc.constantFrom('m', 'n'),
    usd: fc.option(
      fc.nat(5_000_000).map((micro) => micro / 1e6),
      { nil: undefined },
    ),
    source: fc.constantFrom('actor', 'judge', undefined),
    status: fc.constantFrom('ok', 'error'),
    gone: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 12 }), async (changes) => {
      const own = await memoryLog({ clock: manualClock(0), random: seededRandom('spend') });
      const lines = new Map<string, (typeof changes)[number]>();
      for (const each of changes) {
        const { run: e, day: of, model, usd, source, status, gone } = each;
        const record = {
          run_id: e,
          ...(usd === undefined ? {} : { cost_usd: usd }),
          ...(source === undefined ? {} : { cost_source: source }),
        };
        const file = `agents/ada/log/${of.slice(0, 7)}/${of}.jsonl`;
        const facts = {
          'run/record': record,
          'run/model': model,
          'run/status': status,
          'run/agent': 'ada',
          'entry/file': file,
        };
        await own.transact(
          Object.entries(facts).map(([a, v]) => (gone ? { e, a, op: 'retract' } : { e, a, v })),
        );
        if (gone) lines.delete(e);
        else lines.set(e, each);
        const counted = [...lines.values()].filter(
          (line) => line.usd !== undefined && line.source !== 'judge',
        );
        const total = counted.reduce((sum, line) => sum + Math.round((line.usd ?? 0) * 1e6), 0);
        const spent = await spendBy(own, 'model');
        expect(Math.round(spent.reduce((sum, { usd: part }) => sum + part, 0) * 1e6)).toBe(total);
        expect(spent.reduce((sum, { records }) => sum + records, 0)).toBe(counted.length);
        const runs = await dearestRuns(own, { limit: 2 });
        expect(runs).toMatchObject({ runs: counted.length, records: counted.length });
        expect(runs.rows.map(({ usd }) => usd)).toEqual(
          counted
            .map(({ usd }) => usd ?? 0)
            .toSorted((a, b) => b - a)
            .slice(0, 2),
        );
        const listed = await listRuns(own, { limit: 9, agent: 'ada', status: 'ok' });
        expect(listed.map(({ run }) => run)).toEqual(
          [...lines.values()]
            .filter((line) => line.status === 'ok')
            .map((line) => ({ at: `${line.day} ${line.run}`, run: line.run }))
            .toSorted((a, b) => (a.at < b.at ? -1 : 1))
            .map(({ run }) => run),
        );
        const statuses = Map.groupBy(lines.values(), (line) => line.status);
        expect(await countRuns(own)).toEqual({
          records: lines.size,
          primary: Object.fromEntries([...statuses].map(([name, of]) => [name, of.length])),
        });
      }
      await own.close();
    }),
    { numRuns: 25 },
  );
});
