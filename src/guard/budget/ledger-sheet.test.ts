import { expect, test } from 'vitest';
import type { Column, ProjectionTables, Row } from '../../fact/index.ts';
import { LedgerSheet } from './ledger-sheet.ts';

/** Tables that hold one row of runs, and note what is asked and written. */
function tables(row?: Row) {
  const written: (readonly Column[])[] = [];
  const asked: (readonly Column[])[] = [];
  const fake: ProjectionTables = {
    run: (_, ...parameters) => void written.push(parameters),
    all: (_, ...parameters) => {
      asked.push(parameters);
      return row === undefined ? [] : [row];
    },
  };
  return { fake, written, asked };
}

const run = { agent: 'harbor', run: 'run-1' };

test('a run is read once and written once, whatever is changed of it', () => {
  const { fake, written, asked } = tables({ charged: 10, lines: 0, day: '2026-05-06' });
  const sheet = new LedgerSheet(fake);
  sheet.setSums(run, { ...sheet.sumsOf(run), charged: 15 });
  sheet.setSums(run, { ...sheet.sumsOf(run), lines: 15 });
  expect(sheet.sumsOf(run)).toEqual({ charged: 15, lines: 15, day: '2026-05-06' });
  sheet.write();
  expect(asked).toEqual([['harbor', 'run-1']]);
  expect(written).toEqual([['harbor', 'run-1', 15, 15, '2026-05-06']]);
});

test('accounts are written together, and what comes to nothing is not written', () => {
  const { fake, written } = tables();
  const sheet = new LedgerSheet(fake);
  sheet.add(['day', 'month'], 5);
  sheet.add(['month', 'excess'], 2);
  sheet.add(['excess'], -2);
  sheet.setSums(run, sheet.sumsOf(run));
  sheet.write();
  expect(written).toEqual([['day', 5, 'month', 7]]);
});
