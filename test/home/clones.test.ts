import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { testMachine } from '../machine.ts';

test('a clone boots and continues; both go on, meet again, and agree on who won', () => {
  const ada = testMachine();
  const a = { in: ada.path('a') };
  ada.json(['boot', 'a', '--agent', 'harbor']);
  ada.json(['fact', 'assert', 'attr:task/name', 'attribute/unique', 'true'], a);
  ada.json(['fact', 'assert', 'agent:harbor', 'agent/mood', '"calm"'], a);
  appendFileSync(ada.path('a/wiki/README.md'), '\nThe reading room has 24 seats.\n');
  ada.json(['journal', 'add', 'NOTE', 'counted the seats'], a);
  ada.json(['handoff', '--note', 'seats are counted, shelves are not'], a);

  const bea = ada.other();
  const b = { in: ada.path('b') };
  bea.git(['clone', '--quiet', 'a', 'b']);
  const booted = bea.json(['boot', 'b', '--trust']);
  expect(booted.fresh).toBe(false);
  // The machine's git converts line ends; a home is cloned byte for byte nevertheless.
  expect(bea.git(['config', 'core.autocrlf'], b).trim()).toBe('true');
  expect(booted.changed).toEqual([]);
  for (const file of ['SEED.md', 'tools/conformance-check.mjs']) {
    expect(readFileSync(ada.path('b', file))).toEqual(readFileSync(ada.path('a', file)));
  }
  expect(booted.before.sessions[0].note).toBe('seats are counted, shelves are not');
  expect(bea.json(['show', 'agent:harbor'], b).values['agent/mood']).toBe('calm');
  expect(readFileSync(ada.path('b/wiki/README.md'), 'utf8')).toContain('24 seats');
  expect(
    bea.json(['search', 'seats'], b).map(({ entity }: { entity: string }) => entity),
  ).toContain('doc:wiki/README.md');

  const beforeMeeting = ada.json(['log', '-n', '1'], a)[0].id;
  const earlier = ada.json(['show', 'agent:harbor', '--known', beforeMeeting], a);
  ada.json(['fact', 'assert', 'task:shelves', 'task/name', '"shelves"'], a);
  bea.json(['fact', 'assert', 'task:count-shelves', 'task/name', '"shelves"'], b);
  ada.json(['journal', 'add', 'NOTE', 'from ada'], a);
  bea.json(['journal', 'add', 'NOTE', 'from bea'], b);
  writeFileSync(ada.path('b/wiki/shelves.md'), '# Shelves\n');
  bea.json(['journal', 'add', 'NOTE', 'wrote a page'], b);

  ada.git(['remote', 'add', 'origin', ada.path('b')], a);
  const pulled = ada.json(['pull'], a);
  expect(pulled.merge).toBe('merged');
  expect(pulled.conflicts).toHaveLength(1);
  const back = bea.json(['pull'], b);
  expect(back.conflicts.map(({ winner }: { winner: string }) => winner)).toEqual(
    pulled.conflicts.map(({ winner }: { winner: string }) => winner),
  );
  const names = ['find', '?t task/name ?n'];
  expect(ada.json(names, a)).toEqual(bea.json(names, b));
  expect(ada.json(names, a)).toHaveLength(1);

  const said = (machine: typeof ada, options: typeof a) =>
    machine.json(['journal', 'export'], options).map(({ content }: { content: string }) => content);
  for (const content of ['from ada', 'from bea', 'wrote a page', 'counted the seats']) {
    expect(said(ada, a)).toContain(content);
    expect(said(bea, b)).toContain(content);
  }
  expect(readFileSync(ada.path('a/wiki/shelves.md'), 'utf8')).toBe('# Shelves\n');
  expect(ada.json(['show', 'agent:harbor', '--known', beforeMeeting], a)).toEqual(earlier);
  for (const [machine, options] of [
    [ada, a],
    [bea, b],
  ] as const) {
    expect(machine.datum(['verify'], options)).toMatchObject({ code: 0 });
    expect(machine.git(['status', '--porcelain'], options)).toBe('');
  }
});

test.each([
  ['at once', false],
  ['after datum has read what came in', true],
])(
  'a pull with a conflict can be gone back out of as its hint says, %s; the other side tracks its own index',
  async (_, looks) => {
    const ada = testMachine();
    const a = { in: ada.path('a') };
    await ada.ask(['boot', 'a']);
    const bea = ada.other();
    const b = { in: bea.path('b') };
    bea.git(['clone', '--quiet', 'a', 'b']);
    await bea.ask(['boot', 'b', '--trust'], { in: bea.folder });
    writeFileSync(ada.path('b/wiki/README.md'), '# theirs\n');
    await bea.ask(['handoff', '--note', 'theirs'], b);
    const who = ['-c', 'user.name=b', '-c', 'user.email=b@b'];
    bea.git(['add', '--force', '.datum/local.sqlite', '.datum/local-marks.sqlite'], b);
    bea.git([...who, 'commit', '--quiet', '--no-gpg-sign', '-m', 'my index too'], b);
    writeFileSync(ada.path('a/wiki/README.md'), '# mine\n');
    ada.git(['remote', 'add', 'origin', ada.path('b')], a);
    const { code, err } = await ada.run(['pull'], a);
    expect([code, err]).toEqual([4, expect.stringContaining('git merge --abort && datum accept')]);
    if (looks) await ada.ask(['status'], a);
    ada.git(['merge', '--abort'], a);
    expect(readFileSync(ada.path('a/wiki/README.md'), 'utf8')).toBe('# mine\n');
    const back = await ada.run(['accept-rollback'], a);
    expect([back.code, back.err]).toEqual([0, expect.any(String)]);
    expect((await ada.ask(['status'], a)).agent).toBe('datum');
    expect((await ada.ask(['handoff', '--note', 'not yet'], a)).commit).toBeDefined();
    expect((await ada.run(['pull'], a)).code).toBe(4);
  },
  60_000,
);
