import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sha256 } from '../../src/base/index.ts';
import { type TestMachine, testMachine } from '../machine.ts';

const HARBOR = join(import.meta.dirname, '../../examples/harbor');

/** Every file but datum's own with its hash. */
const bytesOf = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => !name.startsWith('.datum') && statSync(join(folder, name)).isFile())
      .map((name) => [name, sha256(readFileSync(join(folder, name)))]),
  );

const vault = (machine: TestMachine): string => {
  for (const name of ['harbor', 'caldwell']) {
    cpSync(HARBOR, machine.path('agents', name), { recursive: true });
  }
  writeFileSync(machine.path('agents/caldwell/persona/IDENTITY.md'), '# IDENTITY — Caldwell\n');
  return machine.path('agents');
};

test('a vault is opened as it is: not a byte of it changes, and every agent has one transaction', async () => {
  const machine = testMachine();
  const root = vault(machine);
  const before = bytesOf(root);
  const opened = await machine.ask(['open', root]);
  expect(opened).toMatchObject({ kind: 'vault', damaged: [], commit: null });
  expect(opened.agents.map(({ name }: { name: string }) => name)).toEqual(['caldwell', 'harbor']);
  expect(opened.adopted).toHaveLength(2);
  expect(bytesOf(root)).toEqual(before);
  const log = await machine.ask(['log', '-n', '100'], { in: root });
  const adoptions = log.filter(({ why }: { why: { source?: string } }) => why.source === 'adopted');
  expect(adoptions).toHaveLength(2);
  // Times of files are no facts: everything holds from when it was taken in.
  for (const { facts } of adoptions) {
    const from = facts.flatMap(({ validFrom }: { validFrom?: unknown }) => validFrom ?? []);
    expect(from.filter((each: unknown) => each !== 'always')).toEqual([]);
  }
  expect((await machine.ask(['open', root])).adopted).toEqual([]);
  expect((await machine.run(['verify'], { in: root })).code).toBe(0);
});

test('any command with --home adopts an agent folder, named by its persona', async () => {
  const machine = testMachine();
  const root = machine.path('copy of an agent');
  cpSync(HARBOR, root, { recursive: true });
  const status = await machine.ask(['--home', root, 'status']);
  expect(status).toMatchObject({ agent: 'harbor', state: 'uninitialized' });
  const hits = await machine.ask(['--home', root, 'search', 'pleasantry']);
  expect(hits[0].entity).toBe('doc:memory/user_reading_habits.md');
});

test('a workshop of the original is opened and booted: its own words stay, and resume tells them', async () => {
  const machine = testMachine();
  const root = machine.path('workshop');
  mkdirSync(join(root, '.superagent'), { recursive: true });
  writeFileSync(
    join(root, '.superagent/agent.toml'),
    '[agent]\nname = "lighthouse"\nrole = "datum"\n[keeper]\nhost = "localhost"\nport = 7742\n',
  );
  writeFileSync(
    join(root, 'TRAIL.md'),
    '# Datum Trail — Session Tracking\n\nLast updated: 2026-04-14T04:45:00Z\n\n## Current Focus\n\n- the fleet audit\n\n## Pending\n\n- tag the repositories\n',
  );
  writeFileSync(
    join(root, 'JOURNAL.md'),
    '# Work Journal\n\n## [2026-04-14T04:45:00Z] BOOT\n\n- Agent: lighthouse\n\n### [2026-04-14T05:00:00.000001+00:00] lighthouse — AUDIT\n\nall clear\n\n---\n',
  );
  const before = bytesOf(root);
  expect(await machine.ask(['open', 'workshop'])).toMatchObject({ kind: 'workshop' });
  expect(bytesOf(root)).toEqual(before);
  const resumed = await machine.ask(['resume'], { in: root });
  expect(resumed).toMatchObject({ agent: 'lighthouse', journalEntries: 2 });
  expect(resumed.trail[0]).toEqual({ heading: 'Current Focus', items: ['the fleet audit'] });
  await machine.ask(['boot', 'workshop']);
  expect(readFileSync(join(root, 'TRAIL.md'), 'utf8')).toContain('- tag the repositories');
  expect(readFileSync(join(root, 'JOURNAL.md'), 'utf8')).toContain('all clear');
  expect((await machine.ask(['status'], { in: root })).agent).toBe('lighthouse');
});

test('a folder that holds no agent is not opened, and the sentence says what to do', async () => {
  const machine = testMachine();
  mkdirSync(machine.path('photos'));
  const { code, err } = await machine.run(['open', 'photos']);
  expect(code).toBe(2);
  expect(err).toContain('datum boot');
  expect(readdirSync(machine.path('photos'))).toEqual([]);
});

test('in a folder of agents that was never opened, the error names the one command it takes', async () => {
  const machine = testMachine();
  cpSync(join(import.meta.dirname, '../../examples/harbor'), machine.path('harbor'), {
    recursive: true,
  });
  const here = { in: machine.path('harbor') };
  const refused = await machine.run(
    ['run', 'harbor', 'is 997 prime?', '--model', 'flux/think'],
    here,
  );
  expect(refused).toMatchObject({ code: 2, out: '' });
  expect(refused.err).toContain('this folder can become one as it is: datum open .');
  await machine.ask(['open', '.'], here);
  const ran = await machine.ask(['run', 'harbor', 'is 997 prime?', '--model', 'flux/think'], here);
  expect(ran).toMatchObject({ status: 'ok', text: 'true', costUsd: 0 });
});
