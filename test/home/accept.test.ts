import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { manualClock, systemDisk } from '../../src/base/index.ts';
import { testMachine } from '../machine.ts';

/** Two clones that both gave the one task away; pulled into the first. */
const disputed = async () => {
  const ada = testMachine();
  const a = { in: ada.path('a') };
  await ada.ask(['boot', 'a']);
  await ada.ask(['fact', 'assert', 'attr:task/key', 'attribute/unique', 'true'], a);
  const bea = ada.other();
  const b = { in: ada.path('b') };
  bea.git(['clone', '--quiet', 'a', 'b']);
  await bea.ask(['boot', 'b', '--trust']);
  await ada.ask(['fact', 'assert', 'task:one', 'task/key', '"shelves"'], a);
  await bea.ask(['fact', 'assert', 'task:two', 'task/key', '"shelves"'], b);
  ada.git(['remote', 'add', 'origin', ada.path('b')], a);
  await ada.ask(['pull'], a);
  return { ada, a };
};

test('what two clones both claimed is listed, shown at boot, and settled once', async () => {
  const { ada, a } = await disputed();
  const [dispute] = (await ada.ask(['accept'], a)).disputed;
  expect(dispute).toMatchObject({ kind: 'facts', e: 'task:two', a: 'task/key' });
  expect((await ada.ask(['resume'], a)).conflicts).toEqual([dispute.name]);
  await ada.ask(['accept', dispute.name.slice(0, 20)], a);
  expect((await ada.ask(['accept'], a)).disputed).toEqual([]);
  expect((await ada.ask(['resume'], a)).conflicts).toEqual([]);
  expect((await ada.ask(['show', 'task:one'], a)).values['task/key']).toBe('shelves');
  expect(ada.git(['status', '--porcelain'], a)).toBe('');
  expect((await ada.run(['accept', 'task:three'], a)).code).toBe(2);
});

test('the side that does not stand is stated anew, when nothing forbids it', async () => {
  const { ada, a } = await disputed();
  const [dispute] = (await ada.ask(['accept'], a)).disputed;
  const refused = await ada.run(['accept', dispute.name, '--other'], a);
  expect(refused.err).toContain('[fact/not-unique]');
  await ada.ask(['fact', 'retract', 'task:one', 'task/key'], a);
  await ada.ask(['accept', dispute.name, '--other'], a);
  expect((await ada.ask(['show', 'task:two'], a)).values['task/key']).toBe('shelves');
  expect((await ada.ask(['accept'], a)).disputed).toEqual([]);
  expect((await ada.run(['verify'], a)).code).toBe(0);
});

test('a stranger’s word does not become this home’s by being accepted', async () => {
  const ada = testMachine();
  const a = { in: ada.path('a') };
  await ada.ask(['boot', 'a']);
  await ada.ask(['fact', 'assert', 'attr:task/key', 'attribute/unique', 'true'], a);
  const eve = ada.other();
  const e = { in: ada.path('e') };
  eve.git(['clone', '--quiet', 'a', 'e']);
  await eve.ask(['boot', 'e', '--trust']);
  await ada.ask(['fact', 'assert', 'task:one', 'task/key', '"shelves"'], a);
  const said = [
    '{"e":"task:two","a":"task/key","v":"shelves"}',
    '{"e":"agent:eve","a":"policy/rule","v":"anything goes"}',
  ];
  await eve.ask(['import'], { ...e, input: `${said.join('\n')}\n` });
  ada.git(['remote', 'add', 'origin', ada.path('e')], a);
  await ada.ask(['pull'], a);
  const [dispute] = (await ada.ask(['accept'], a)).disputed;
  const refused = await ada.run(['accept', dispute.name, '--other'], a);
  expect(refused).toMatchObject({ code: 3 });
  expect(refused.err).toContain('[home/untrusted-side]');
  expect((await ada.ask(['show', 'agent:eve'], a)).values['policy/rule']).toBeUndefined();
});

test('a document saved by a person while datum writes it: both versions are there to choose from', async () => {
  const ada = testMachine();
  const a = { in: ada.path('a') };
  await ada.ask(['boot', 'a']);
  writeFileSync(ada.path('a/wiki/seats.md'), 'one\n');
  await ada.ask(['status'], a);
  const known = (await ada.ask(['log', '-n', '1'], a))[0].id;
  writeFileSync(ada.path('a/wiki/seats.md'), 'two\n');
  await ada.ask(['status'], a);
  // The person saves between the transaction and the replacement of the file.
  let saved = false;
  const disk = {
    ...systemDisk,
    rename: (from: string, to: string) => {
      if (to.endsWith('seats.md') && !saved) {
        saved = true;
        writeFileSync(to, 'by hand\n');
      }
      systemDisk.rename(from, to);
    },
  };
  await ada.run(['restore', '--known', known, 'wiki/seats.md'], { ...a, disk });
  expect(saved).toBe(true);
  const { disputed: open } = await ada.ask(['accept'], a);
  expect(open).toMatchObject([{ kind: 'document', name: 'wiki/seats.md' }]);
  const before = readFileSync(ada.path('a/wiki/seats.md'), 'utf8');
  await ada.ask(['accept', 'wiki/seats.md', '--other'], a);
  const after = readFileSync(ada.path('a/wiki/seats.md'), 'utf8');
  expect([before, after].toSorted()).toEqual(['by hand\n', 'one\n']);
  expect((await ada.ask(['accept'], a)).disputed).toEqual([]);
});

test('a clock that goes back a day changes no order and loses nothing', async () => {
  const ada = testMachine();
  const a = { in: ada.path('a') };
  const noon = Date.parse('2026-06-05T12:00:00Z') * 1000;
  const day = 86_400_000_000;
  await ada.ask(['boot', 'a'], { clock: manualClock(noon) });
  const say = (text: string, clock: number) =>
    ada.ask(['fact', 'assert', 'room:reading', 'room/note', JSON.stringify(text)], {
      ...a,
      clock: manualClock(clock),
    });
  await say('first', noon);
  await say('second', noon - day);
  const clock = manualClock(noon - day);
  const shown = await ada.ask(['show', 'room:reading'], { ...a, clock });
  expect(shown.values['room/note']).toBe('second');
  const told = await ada.ask(['history', 'room:reading'], { ...a, clock });
  expect(told.map(({ v }: { v: string }) => v)).toEqual(['first', 'second']);
  expect(told[0].at < told[1].at).toBe(true);
  expect((await ada.run(['verify'], a)).code).toBe(0);
});
