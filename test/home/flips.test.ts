import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { testMachine } from '../machine.ts';

/** The files below a folder, as paths from it. */
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));

/** A home two working copies have written to, with blobs, checkpoints and heads seen. */
async function seenHome() {
  const machine = testMachine();
  const [home, clone, state] = ['home', 'clone', 'state'].map((name) => machine.path(name)) as [
    string,
    string,
    string,
  ];
  const at = { in: home, env: { DATUM_STATE: state } };
  const there = { in: clone, env: { DATUM_STATE: machine.path('other state') } };
  await machine.ask(['boot', home], { env: at.env });
  machine.git(['clone', '--quiet', home, clone]);
  await machine.ask(['boot', '--trust'], there);
  machine.git(['fetch', '--quiet', clone], { in: home });
  machine.git(['merge', '--quiet', 'FETCH_HEAD'], { in: home });
  await machine.ask(['fact', 'assert', 'agent:ada', 'agent/mood', '"calm"'], at);
  await machine.ask(['checkpoint'], at);
  return { home, state, verify: () => machine.run(['verify'], at) };
}

test('a flipped bit in any kind of file is found by the command, and its file named', async () => {
  const { home, state, verify } = await seenHome();
  expect(await verify()).toMatchObject({ code: 0 });
  const kept = filesIn(join(home, '.datum')).filter((path) =>
    /^(?:log|blobs|keys|checkpoints)\//.test(path),
  );
  const seen = filesIn(state).filter((path) => /^copies\/[^/]+\/heads?$/.test(path));
  const kinds = new Set(kept.map((path) => path.split('/')[0]));
  expect([...kinds].sort()).toEqual(['blobs', 'checkpoints', 'keys', 'log']);
  expect(seen).toHaveLength(2);
  const paths = [
    ...kept.map((path) => join(home, '.datum', path)),
    ...seen.map((path) => join(state, path)),
  ];
  for (const path of paths) {
    const whole = readFileSync(path);
    const bytes = Buffer.from(whole);
    const at = whole.length >> 1;
    bytes[at] = (bytes[at] ?? 0) ^ 0x01;
    writeFileSync(path, bytes);
    const { code, out } = await verify();
    writeFileSync(path, whole);
    expect({ path, code }).toEqual({ path, code: 5 });
    expect(out).toContain(path.startsWith(home) ? relative(home, path) : path);
  }
  expect(await verify()).toMatchObject({ code: 0 });
});

test('history that this machine has seen and that is gone is found by the command', async () => {
  const { home, verify } = await seenHome();
  const [writer = ''] = readdirSync(join(home, '.datum', 'log'));
  const path = join(home, '.datum', 'log', writer, '000001.jsonl');
  const lines = readFileSync(path, 'utf8').split('\n');
  writeFileSync(path, `${lines.slice(0, -2).join('\n')}\n`);
  const { code, out } = await verify();
  expect(code).toBe(5);
  expect(out).toContain(`transaction ${lines.length - 1} of ${writer}`);
});
