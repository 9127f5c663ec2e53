import { cpSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sha256 } from '../../src/base/index.ts';
import { testMachine } from '../machine.ts';

const HARBOR = join(import.meta.dirname, '../../examples/harbor');

const bytesOf = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => !/^\.(?:datum|git)/.test(name) && statSync(join(folder, name)).isFile())
      .map((name) => [name, sha256(readFileSync(join(folder, name)))]),
  );

/** A copy of harbor, opened as it is. */
const opened = async () => {
  const machine = testMachine();
  const root = machine.path('harbor');
  cpSync(HARBOR, root, { recursive: true });
  const report = await machine.ask(['open', root]);
  return { machine, root, at: { in: root }, report };
};

test('harbor opens unchanged, every line of it readable', async () => {
  const { root, report } = await opened();
  expect(report).toMatchObject({
    kind: 'agent',
    agents: [{ name: 'harbor', path: '' }],
    damaged: [],
  });
  expect(bytesOf(root)).toEqual(bytesOf(HARBOR));
});

test('its notes and runs answer show, find and search', async () => {
  const { machine, at } = await opened();
  const ask = (...args: string[]) => machine.ask(args, at);
  const typed = await ask('find', '?note note/type ?type');
  const notes = typed.filter(({ note }: { note: string }) => note.startsWith('doc:memory/'));
  expect(typed.length - notes.length).toBe(2);
  expect(notes).toHaveLength(11);
  expect([...new Set(notes.map(({ type }: { type: string }) => type))].toSorted()).toEqual([
    'decision',
    'feedback',
    'project',
    'reference',
    'user',
  ]);
  const decided = await ask('find', '?note note/type "decision"', '?note note/name ?name');
  expect(decided.length).toBeGreaterThan(0);
  expect(decided.every(({ name }: { name: string }) => name.length > 0)).toBe(true);
  const runs = await ask('find', '?run run/agent ?agent');
  expect(runs.length).toBeGreaterThanOrEqual(23);
  const [errors] = await ask('find', '?run run/status "error"');
  const shown = await ask('show', errors.run);
  expect(shown.values['run/status']).toBe('error');
  const hits = await ask('search', 'pleasantry');
  expect(hits.map(({ entity }: { entity: string }) => entity)).toContain(
    'doc:memory/user_reading_habits.md',
  );
});

test('what it spent, by day and by model, is what its table says', async () => {
  const { machine, at } = await opened();
  const days = await machine.ask(['costs'], at);
  const usd = ({ key, usd }: { key: string; usd: number }) => [key, usd];
  expect(days.rows.map(usd)).toEqual([
    ['2026-06-01', 0.05202],
    ['2026-06-02', 0.06279],
    ['2026-06-03', 0.049635],
    ['2026-06-04', 0.75219],
    ['2026-06-05', 0.203115],
  ]);
  expect(days.total).toBe(1.11975);
  const models = await machine.ask(['costs', '--by', 'model'], at);
  const byModel = Object.fromEntries(models.rows.map(usd));
  expect(Object.entries(byModel).map(([model, spent]) => [model.split('-')[1], spent])).toEqual(
    expect.arrayContaining([
      ['sonnet', 0.59721],
      ['opus', 0.5133],
      ['haiku', 0.00924],
    ]),
  );
  const lines = readdirSync(join(at.in, 'log/2026-06')).flatMap((name) =>
    readFileSync(join(at.in, 'log/2026-06', name), 'utf8')
      .trim()
      .split('\n'),
  );
  expect(lines).toHaveLength(28);
});
