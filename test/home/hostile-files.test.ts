import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { testMachine } from '../machine.ts';

/** A clone of somebody's home, and a file of the person's own beside it. */
async function clonedHome() {
  const ada = testMachine();
  await ada.ask(['boot', 'a']);
  const bea = ada.other();
  bea.git(['clone', '--quiet', 'a', 'b']);
  const root = bea.path('b');
  const victim = bea.path('victim');
  writeFileSync(victim, 'mine\n');
  const put = (path: string, content: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  const [writer = ''] = readdirSync(join(root, '.datum/log'));
  return { bea, root, victim, put, writer, at: { in: root } };
}

/** The commands somebody gives a clone first; each must end by itself, and blame nothing on datum. */
async function firstCommands({ bea, at }: Awaited<ReturnType<typeof clonedHome>>) {
  const codes: Record<string, number> = {};
  let said = '';
  for (const command of ['boot', 'status', 'verify']) {
    const { code, out, err } = await bea.run([command], at);
    codes[command] = code;
    said += out + err;
  }
  expect(said).not.toContain('a fault in datum itself');
  expect(said).not.toContain('call stack');
  return { codes, said };
}

test
  .skipIf(process.platform === 'win32')
  .each([
    'datum.toml',
    'JOURNAL.md',
    'TRAIL.md',
    'wiki/pipe.md',
    '.datum/log/WRITER/000002.jsonl',
    '.datum/checkpoints/WRITER/1',
    '.datum/keys/aaaa.pub',
    '.datum/local-now',
  ])('a pipe in place of %s stops nobody for ever', async (path) => {
  const clone = await clonedHome();
  const file = join(clone.root, path.replace('WRITER', clone.writer));
  mkdirSync(dirname(file), { recursive: true });
  rmSync(file, { force: true });
  execFileSync('mkfifo', [file]);
  await firstCommands(clone);
});

test.skipIf(process.platform === 'win32')(
  'what stands among the files of the log and is none of them is named by verify, with exit 5',
  async () => {
    const { bea, root, writer, at } = await clonedHome();
    await bea.ask(['boot', '--trust'], at);
    await bea.ask(['checkpoint'], at);
    const [shelf = ''] = readdirSync(join(root, '.datum/blobs'));
    const [blob = ''] = readdirSync(join(root, '.datum/blobs', shelf));
    const pipe = (path: string): void => {
      rmSync(join(root, path), { force: true });
      execFileSync('mkfifo', [join(root, path)]);
    };
    const file = (path: string): void => writeFileSync(join(root, path), 'x\n');
    const link = (path: string): void => symlinkSync('/dev/zero', join(root, path));
    const folder = (path: string) => mkdirSync(join(root, path));
    const planted: readonly (readonly [string, (path: string) => void])[] = [
      ['.datum/blobs/stray', file],
      [`.datum/blobs/${shelf}/stray.txt`, file],
      [`.datum/blobs/${shelf === '00' ? '01' : '00'}x`, pipe],
      [`.datum/blobs/${shelf}/${'f'.repeat(64)}`, link],
      [`.datum/blobs/${shelf}/${blob}`, pipe],
      ['.datum/log/stray', file],
      ['.datum/log/pipe', pipe],
      [`.datum/log/${writer}/000002.jsonl`, pipe],
      [`.datum/log/${writer}/more`, folder],
      [`.datum/keys/${writer}.pub`, pipe],
      ['.datum/checkpoints/stray', link],
    ];
    expect((await bea.run(['verify'], at)).code).toBe(0);
    for (const [path, plant] of planted) {
      plant(path);
      const { code, out, err } = await bea.run(['verify'], at);
      expect([path, code, err]).toEqual([path, 5, '']);
      expect(out).toContain(`${path}: `);
    }
  },
);

test.each(['datum.toml', 'wiki/device.md', 'agents/datum/model.md', 'JOURNAL.md'])(
  'a link to a device in place of %s stops nobody for ever',
  async (path) => {
    const clone = await clonedHome();
    rmSync(join(clone.root, path), { force: true });
    symlinkSync('/dev/zero', join(clone.root, path));
    await firstCommands(clone);
  },
);

test.each(['.datum', '.datum/log', '.datum/blobs', '.datum/keys'])(
  'a home whose %s is a link is refused before anything is written through it',
  async (path) => {
    const clone = await clonedHome();
    const { bea, root } = clone;
    const elsewhere = bea.path('elsewhere');
    renameSync(join(root, path), elsewhere);
    symlinkSync(elsewhere, join(root, path));
    const before = readdirSync(elsewhere, { recursive: true }).length;
    const { codes, said } = await firstCommands(clone);
    expect(codes).toMatchObject({ boot: 3, status: 3 });
    expect(said).toContain('is a link');
    expect(readdirSync(elsewhere, { recursive: true })).toHaveLength(before);
  },
);

test.each([
  '.datum/local-marks.sqlite',
  '.datum/local-marks.sqlite-wal',
  '.datum/local.sqlite',
  '.datum/local.sqlite-wal',
  '.datum/local-now',
  'JOURNAL.md',
  'TRAIL.md',
  'TASKBOARD.md',
  '.git/info/attributes',
])('what a link in place of %s leads to is not written', async (path) => {
  const clone = await clonedHome();
  const { bea, root, victim, at } = clone;
  mkdirSync(dirname(join(root, path)), { recursive: true });
  rmSync(join(root, path), { force: true });
  symlinkSync(victim, join(root, path));
  await firstCommands(clone);
  await bea.run(['journal', 'add', 'NOTE', 'x'], at);
  await bea.run(['handoff', '--note', 'x'], at);
  expect(readFileSync(victim, 'utf8')).toBe('mine\n');
});

const DEEP = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
const SIGNATURE = 'a'.repeat(128);

test.each([
  ['a line of 100,000 brackets', `{"sig":"${SIGNATURE}","tx":${DEEP}}\n`],
  ['a line of 70 MB', `{"sig":"${SIGNATURE}","tx":{"a":"${'x'.repeat(70_000_000)}"}}\n`],
  ['a line that is none', '\0\0\0\n'],
])('%s in the log is named, by boot and with exit 5 by verify', async (_, line) => {
  const clone = await clonedHome();
  appendFileSync(join(clone.root, '.datum/log', clone.writer, '000001.jsonl'), line);
  const { codes, said } = await firstCommands(clone);
  expect(codes['verify']).toBe(5);
  expect(said).toContain('not taken in');
  expect(said).toContain(`.datum/log/${clone.writer}/000001.jsonl`);
});

test('files of 100,000 brackets are kept, named, and stop nothing', async () => {
  const clone = await clonedHome();
  const { bea, root, put, at } = clone;
  put('agents/datum/memory/user_deep.md', `---\nname: ${'{a: '.repeat(50_000)}\n---\nx\n`);
  put('wiki/deep.yaml', DEEP);
  put('wiki/deep.jsonl', `${DEEP}\n`);
  put('tools/manifest.json', DEEP);
  put('agents/datum/evals/runs/2026-01-01.jsonl', `${DEEP}\n`);
  const layers = Array.from({ length: 14 }, (_, n) =>
    n === 0
      ? 'a0: &a0 [1]'
      : `a${n}: &a${n} [${Array(9)
          .fill(`*a${n - 1}`)
          .join(',')}]`,
  );
  put('agents/datum/memory/user_bomb.md', `---\n${layers.join('\n')}\n---\nx\n`);
  const { codes } = await firstCommands(clone);
  expect(codes).toMatchObject({ boot: 0, status: 0 });
  expect(readFileSync(join(root, 'wiki/deep.yaml'), 'utf8')).toBe(DEEP);
  expect((await bea.ask(['run', 'datum', 'is 7 prime?'], at)).text).toBe('true');
});

test('names in the log folders that are none of ours are named and never followed', async () => {
  const clone = await clonedHome();
  const { bea, victim, put } = clone;
  put('.datum/blobs/..passwd', 'x');
  put('.datum/blobs/xx/notahash', 'x');
  put(`.datum/log/${'A'.repeat(32)}/000001.jsonl`, 'x\n');
  put(`.datum/log/${clone.writer}/000001.jsonl.bak`, 'x\n');
  const { codes } = await firstCommands(clone);
  expect(codes['boot']).toBe(0);
  expect(codes['verify']).not.toBe(0);
  expect(readFileSync(victim, 'utf8')).toBe('mine\n');
  expect(existsSync(bea.path('passwd'))).toBe(false);
});

test('two names that differ in case alone are two documents', async () => {
  const clone = await clonedHome();
  const { bea, put, at } = clone;
  put('wiki/Seats.txt', 'one\n');
  put('wiki/seats.txt', 'two\n');
  if (readdirSync(join(clone.root, 'wiki')).filter((name) => /seats/i.test(name)).length < 2)
    return;
  await firstCommands(clone);
  const hashes = ['Seats', 'seats'].map(async (name) => {
    const shown = await bea.ask(['show', `doc:wiki/${name}.txt`], at);
    return shown.values['doc/hash'];
  });
  const [one, two] = await Promise.all(hashes);
  expect(one).not.toBe(two);
});

const fact = (more: object): string => JSON.stringify({ e: 'room:a', a: 'room/b', v: 1, ...more });

const badLines: readonly (readonly [name: string, line: string])[] = [
  ['brackets', DEEP],
  ['a deep value', `{"e":"room:a","a":"room/b","v":${DEEP}}`],
  ['no object', '[]'],
  ['a number', '7'],
  ['a null character in an entity', fact({ e: 'room:a\u0000b' })],
  ['no kind', fact({ e: '../../etc/passwd' })],
  ['an attribute that is none', fact({ a: '../b' })],
  ['a long value', fact({ v: 'x'.repeat(70_000_000) })],
  ['a tag that is none', fact({ v: { $bytes: '%%' } })],
  ['an interval backwards', fact({ validFrom: '2026-02-01', validTo: '2026-01-01' })],
  ['a time that is none', fact({ validFrom: 'yesterday-ish' })],
  ['no value', '{"e":"room:a","a":"room/b"}'],
];

test('an import with a wrong line says which, and states nothing', async () => {
  const machine = testMachine();
  await machine.ask(['boot', 'home']);
  const at = { in: machine.path('home') };
  const before = (await machine.ask(['log', '-n', '1'], at))[0].id;
  for (const [name, line] of badLines) {
    const input = `${fact({ e: 'room:good' })}\n${line}\n`;
    const { code, err } = await machine.run(['import'], { ...at, input });
    expect(code, name).not.toBe(0);
    expect(err, name).toMatch(/line 2|the value of room:a room\/b/);
    expect(err, name).toContain('nothing was written');
  }
  expect((await machine.ask(['log', '-n', '1'], at))[0].id).toBe(before);
});

test.each(['doc:../../victim', 'doc:/etc/passwd', 'doc:.git/config', 'doc:.datum/log/x'])(
  'a fact about %s writes no file, whatever is done with it',
  async (entity) => {
    const { bea, root, victim, at } = await clonedHome();
    await bea.ask(['boot'], at);
    const [{ v: hash }] = await bea.ask(['history', 'doc:SEED.md', 'doc/hash'], at);
    const lines = [
      JSON.stringify({ e: entity, a: 'doc/hash', v: hash }),
      JSON.stringify({ e: entity, a: 'doc/conflict', v: hash }),
    ];
    const config = readFileSync(join(root, '.git/config'), 'utf8');
    await bea.run(['import'], { ...at, input: `${lines.join('\n')}\n` });
    for (const args of [['status'], ['accept'], ['boot'], ['restore', '--known', '2100-01-01']]) {
      const { err } = await bea.run(args, at);
      expect(err).not.toContain('a fault in datum itself');
    }
    expect(readFileSync(victim, 'utf8')).toBe('mine\n');
    expect(readFileSync(join(root, '.git/config'), 'utf8')).toBe(config);
    expect(existsSync(join(root, '.datum/log/x'))).toBe(false);
  },
);

test('a copy of a home inside a home is not taken for the home', async () => {
  const { bea, root, at } = await clonedHome();
  await bea.ask(['boot'], at);
  cpSync(join(root, '.datum'), join(root, 'wiki/.datum'), { recursive: true });
  expect((await bea.run(['status'], at)).code).toBe(0);
  expect((await bea.run(['verify'], at)).code).toBe(0);
});
