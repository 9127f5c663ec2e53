import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { expect, test } from 'vitest';
import { testMachine } from '../machine.ts';

/** A home of one person, and a clone of it on another machine. */
function cloned() {
  const ada = testMachine();
  ada.json(['boot', 'a', '--agent', 'harbor']);
  const a = { in: ada.path('a') };
  ada.json(['fact', 'assert', 'attr:policy/cap', 'attribute/guarded', 'true'], a);
  ada.json(['fact', 'assert', 'agent:harbor', 'policy/cap', '5'], a);
  ada.json(['handoff', '--note', 'all set'], a);
  const bea = ada.other();
  bea.git(['clone', '--quiet', 'a', 'b']);
  return { ada, a, bea, b: { in: ada.path('b') } };
}

interface Writer {
  readonly writer: string;
  readonly trust: string;
}

test('a clone does not count unknown writers for guarded attributes until it is told to', () => {
  const { bea, b } = cloned();
  const cap = () => bea.json(['show', 'agent:harbor'], b).values['policy/cap'];
  const booted = bea.json(['boot', 'b']);
  expect(booted.steps.find(({ name }: { name: string }) => name === 'trust').ok).toBe(false);
  expect(cap()).toBeUndefined();
  const [first] = bea
    .json(['trust', 'writers'], b)
    .filter(({ trust }: Writer) => trust === 'unknown');
  bea.json(['trust', 'writers', first.writer.slice(0, 12)], b);
  expect(cap()).toBe(5);
  bea.json(['trust', 'writers', first.writer, '--remove'], b);
  expect(cap()).toBeUndefined();
});

test('a clone booted with --trust continues with everything its predecessor set', () => {
  const { bea, b } = cloned();
  bea.json(['boot', 'b', '--trust']);
  expect(bea.json(['show', 'agent:harbor'], b).values['policy/cap']).toBe(5);
});

test('a committed index is never believed', () => {
  const { ada, a, bea, b } = cloned();
  expect(existsSync(ada.path('a/.datum/local.sqlite'))).toBe(true);
  for (const name of ['local.sqlite', 'local-marks.sqlite']) {
    if (existsSync(ada.path('a/.datum', name))) {
      copyFileSync(ada.path('a/.datum', name), ada.path('b/.datum', name));
    }
  }
  writeFileSync(ada.path('b/.datum/local.sqlite-wal'), 'rubbish');
  bea.json(['boot', 'b', '--trust']);
  expect(bea.json(['show', 'agent:harbor'], b).values['policy/cap']).toBe(5);
  expect(bea.datum(['verify'], b).code).toBe(0);
  expect(ada.datum(['verify'], a).code).toBe(0);
});

test('an unknown writer that overrides a guarded attribute is read and not counted', () => {
  const { ada, a, bea, b } = cloned();
  bea.json(['boot', 'b', '--trust']);
  bea.json(['fact', 'assert', 'agent:harbor', 'policy/cap', '5000'], b);
  ada.git(['remote', 'add', 'origin', ada.path('b')], a);
  ada.json(['pull'], a);
  expect(ada.json(['show', 'agent:harbor'], a).values['policy/cap']).toBe(5);
  const history = ada.json(['history', 'agent:harbor', 'policy/cap'], a);
  expect(history.map(({ v }: { v: number }) => v)).toContain(5000);
});

test('a program runs nowhere before it is trusted, and a changed one asks again', () => {
  const { bea, b } = cloned();
  bea.json(['boot', 'b', '--trust']);
  const tools = (...args: string[]) => bea.json(['trust', 'tools', ...args], b);
  expect(tools().map(({ trust }: { trust: string }) => trust)).toEqual(['unknown', 'unknown']);
  expect(tools('tools/fleet-audit.mjs')).toMatchObject([
    { path: 'tools/conformance-check.mjs', trust: 'unknown' },
    { path: 'tools/fleet-audit.mjs', trust: 'trusted' },
  ]);
  appendFileSync(bea.path('b/tools/fleet-audit.mjs'), '\n// more\n');
  writeFileSync(bea.path('b/tools/new'), '#!/bin/sh\n');
  chmodSync(bea.path('b/tools/new'), 0o755);
  expect(tools()).toMatchObject([
    { trust: 'unknown' },
    { path: 'tools/fleet-audit.mjs', trust: 'changed' },
    { path: 'tools/new', trust: 'unknown' },
  ]);
});

test('the tools that boot itself wrote are trusted where it wrote them, as long as they are unchanged', async () => {
  const ada = testMachine();
  await ada.ask(['boot', 'a']);
  const a = { in: ada.path('a') };
  const trusts = async (): Promise<readonly string[]> =>
    (await ada.ask(['trust', 'tools'], a)).map(({ trust }: { trust: string }) => trust);
  expect(await trusts()).toEqual(['trusted', 'trusted']);
  const ran = await ada.ask(['run', 'datum', 'is 997 prime?'], a);
  expect(ran.toolsLeftOut).toEqual([]);
  appendFileSync(ada.path('a/tools/fleet-audit.mjs'), '\n// more\n');
  expect(await trusts()).toEqual(['trusted', 'changed']);
  const manifest = readFileSync(ada.path('a/tools/manifest.json'), 'utf8');
  writeFileSync(ada.path('a/tools/manifest.json'), manifest.replace('Says which', 'Says what'));
  expect(await trusts()).toEqual(['changed', 'changed']);
});

test('boot trusts no tool that lay there before it, nor what was left behind by another', async () => {
  const ada = testMachine();
  mkdirSync(ada.path('a/tools'), { recursive: true });
  writeFileSync(ada.path('a/tools/fleet-audit.mjs'), 'process.exit(1);\n');
  writeFileSync(ada.path('a/tools/more'), '#!/bin/sh\n');
  const report = await ada.ask(['boot', 'a']);
  expect(report.fresh).toBe(true);
  const tools: readonly { path: string; trust: string }[] = await ada.ask(['trust', 'tools'], {
    in: ada.path('a'),
  });
  expect(tools.filter(({ trust }) => trust === 'trusted').map(({ path }) => path)).toEqual([
    'tools/conformance-check.mjs',
  ]);
});

test('a checkpoint is signed, kept in git and checked', () => {
  const { ada, a } = cloned();
  const made = ada.json(['checkpoint'], a);
  expect(made.root).toMatch(/^[0-9a-f]{64}$/);
  expect(ada.git(['ls-files', '.datum/checkpoints'], a).trim()).toBe(made.path);
  expect(ada.json(['verify'], a)).toMatchObject({ ok: true, checkpoints: 1 });
  writeFileSync(ada.path('a', made.path), 'nonsense\n');
  expect(ada.datum(['verify'], a).code).toBe(5);
});
