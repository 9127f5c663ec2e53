import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testMachine } from '../machine.ts';

/** Says at its end which rooms a process has loaded. */
const HOOK = `
import { writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
const rooms = new Set();
registerHooks({
  load(url, context, next) {
    const room = /\\/src\\/([a-z]+)\\//.exec(url)?.[1];
    if (room !== undefined) rooms.add(room);
    if (url.includes('/node_modules/yaml/')) rooms.add('yaml');
    return next(url, context);
  },
});
process.on('exit', () => writeFileSync(process.env.ROOMS, [...rooms].sort().join(' ')));
`;

test('a command that runs no agent loads neither models, nor FLUX, nor YAML', () => {
  const machine = testMachine();
  machine.json(['boot', 'home']);
  const hook = machine.path('hook.mjs');
  writeFileSync(hook, HOOK);
  const bin = join(import.meta.dirname, '../../bin/datum.js');
  for (const command of ['status', 'boot', 'log', 'pull', 'boot ../another']) {
    const rooms = machine.path(`${command.replaceAll(/\W/g, '')}.rooms`);
    spawnSync(process.execPath, ['--import', hook, bin, ...command.split(' ')], {
      cwd: machine.path('home'),
      env: { PATH: process.env['PATH'], DATUM_STATE: machine.path('state'), ROOMS: rooms },
    });
    const loaded = readFileSync(rooms, 'utf8').split(' ');
    const heavy = ['agent', 'flux', 'guard', 'model', 'yaml'];
    expect(loaded).toContain('home');
    expect(
      heavy.filter((room) => loaded.includes(room)),
      command,
    ).toEqual([]);
  }
});

test('an old Node.js hands over to the one that the checkout brings', () => {
  const bin = join(import.meta.dirname, '../../bin/datum.js');
  const old = 'Object.defineProperty(process.versions, "node", { value: "20.20.2" })';
  const { status, stdout } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${old}`, bin, 'think', '2 + 3'],
    { encoding: 'utf8' },
  );
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('5') });
});
