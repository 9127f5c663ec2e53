import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { type Disk, sha256, systemDisk, systemRandom } from '../../src/base/index.ts';
import { type Log, openLog } from '../../src/fact/index.ts';
import { type Folder, openFolder, openMarks } from '../../src/folder/index.ts';
import { temporaryFolder } from '../fact/temporary-folder.ts';

const HARBOR = fileURLToPath(new URL('../../examples/harbor', import.meta.url));
const NOTE = 'memory/feedback_citation_style.md';
const OTHER = 'memory/user_reading_habits.md';
const DAY = 'log/2026-06/2026-06-05.jsonl';

/** A working copy on a machine of its own, as a command sees it. */
interface Copy {
  readonly root: string;
  readonly log: Log;
  readonly folder: Folder;
  readonly git: (...args: readonly string[]) => string;
  readonly read: (path: string) => string;
  readonly edit: (path: string, change: (text: string) => string) => void;
}

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

async function open(root: string, machine: string): Promise<Copy> {
  const log = await openLog({ home: root, env: { DATUM_STATE: machine } });
  const marks = openMarks(join(root, '.datum/local-marks.sqlite'));
  const disk: Disk = systemDisk;
  const folder = openFolder({ log, root, disk, random: systemRandom, marks });
  opened.push(log, folder);
  const read = (path: string): string => readFileSync(join(root, path), 'utf8');
  return {
    root,
    log,
    folder,
    git: (...args) => git(root, args),
    read,
    edit: (path, change) => writeFileSync(join(root, path), change(read(path))),
  };
}

const ENV = {
  PATH: process.env['PATH'],
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  ...Object.fromEntries(
    ['GIT_AUTHOR_NAME', 'GIT_AUTHOR_EMAIL', 'GIT_COMMITTER_NAME', 'GIT_COMMITTER_EMAIL'].map(
      (name) => [name, 'a@example.invalid'],
    ),
  ),
};
const git = (root: string, args: readonly string[]): string =>
  execFileSync('git', args, { cwd: root, env: ENV, encoding: 'utf8' });

/** Harbor as a home on one machine, and its clone on another. */
async function twoCopies(): Promise<readonly [Copy, Copy]> {
  const root = temporaryFolder();
  cpSync(HARBOR, root, { recursive: true });
  writeFileSync(join(root, '.gitattributes'), '*.jsonl merge=union\nJOURNAL.md merge=union\n');
  const a = await open(root, temporaryFolder());
  await a.folder.reconcile();
  a.git('init', '-q', '-b', 'main');
  commit(a);
  const cloned = join(temporaryFolder(), 'copy');
  git(root, ['clone', '-q', root, cloned]);
  return [a, await open(cloned, temporaryFolder())];
}

const commit = (copy: Copy): void => {
  copy.git('add', '-A');
  copy.git('commit', '-q', '-m', 'work');
};

/** What `datum pull` does: git merges the files, the log takes in, the folder follows. */
async function pull(copy: Copy, from: Copy) {
  copy.git('pull', '-q', '--no-rebase', '--no-edit', from.root, 'main');
  await copy.log.takeIn();
  return copy.folder.reconcile();
}

const hashIn = async (copy: Copy, path: string) =>
  (await copy.log.at()).get(`doc:${path}`, 'doc/hash');

test('a clone agrees with its home from the first look', async () => {
  const [a, b] = await twoCopies();
  expect(await b.folder.reconcile()).toMatchObject({
    adopted: [],
    changed: [],
    entries: [],
    finished: [],
    conflicts: [],
  });
  expect(b.folder.agents()).toEqual([{ name: 'harbor', path: '' }]);
  expect(a.folder.agents()).toEqual(b.folder.agents());
});

test('two clones edit one note in different places: both edits stand in both, nothing conflicts', async () => {
  const [a, b] = await twoCopies();
  await b.folder.reconcile();
  a.edit(NOTE, (text) => text.replace('confidence: high', 'confidence: low'));
  b.edit(NOTE, (text) => `${text}\nAdded in B.\n`);
  b.edit(OTHER, (text) => `${text}\nOnly in B.\n`);
  for (const copy of [a, b]) {
    await copy.folder.reconcile();
    commit(copy);
  }
  expect((await pull(a, b)).conflicts).toEqual([]);
  commit(a);
  expect((await pull(b, a)).conflicts).toEqual([]);
  for (const copy of [a, b]) {
    expect(copy.read(NOTE)).toContain('confidence: low');
    expect(copy.read(NOTE)).toContain('Added in B.');
    expect(copy.read(OTHER)).toContain('Only in B.');
    expect(await hashIn(copy, NOTE)).toBe(sha256(copy.read(NOTE)));
    expect(await hashIn(copy, OTHER)).toBe(sha256(copy.read(OTHER)));
    expect(await copy.folder.reconcile()).toMatchObject({ changed: [], finished: [], entries: [] });
  }
});

test("two clones write one document under conditions: the loser undoes nobody's other files", async () => {
  const [a, b] = await twoCopies();
  await b.folder.reconcile();
  const ifHash = sha256(a.read(NOTE));
  for (const copy of [a, b]) {
    const content = `${copy.read(NOTE)}\nIn ${copy === a ? 'A' : 'B'}.\n`;
    const mine = `memory/user_${copy === a ? 'a' : 'b'}.md`;
    const writes = [
      { path: NOTE, content, ifHash },
      { path: mine, content: 'mine\n', ifHash: null },
    ];
    expect(await copy.folder.writeDocuments(writes)).toMatchObject({ ok: true });
    commit(copy);
  }
  expect(() => a.git('pull', '-q', '--no-rebase', '--no-edit', b.root, 'main')).toThrow();
  await expect(a.folder.reconcile()).rejects.toMatchObject({ kind: 'busy' });
  a.edit(NOTE, (text) => text.replaceAll(/^(?:<<<<<<<|=======|>>>>>>>).*\n/gm, ''));
  commit(a);
  const brought = await a.log.takeIn();
  expect(brought.conflicts).toHaveLength(1);
  await a.folder.reconcile();
  commit(a);
  await pull(b, a);
  for (const copy of [a, b]) {
    expect(copy.read(NOTE)).toContain('In A.');
    expect(copy.read(NOTE)).toContain('In B.');
    for (const path of [NOTE, 'memory/user_a.md', 'memory/user_b.md']) {
      expect(await hashIn(copy, path)).toBe(sha256(copy.read(path)));
    }
  }
});

test('journals and logs of two clones are joined by git in any order, and hold every entry once', async () => {
  const [a, b] = await twoCopies();
  await b.folder.reconcile();
  for (const [copy, name] of [
    [a, 'a'],
    [b, 'b'],
  ] as const) {
    await copy.folder.appendEntry(DAY, `{"run_id":"${name}"}`);
    await copy.folder.appendEntry(
      'JOURNAL.md',
      `## [2026-06-05T10:00:0${name === 'a' ? 1 : 2}Z] NOTE\n\nin ${name}`,
    );
    commit(copy);
  }
  await pull(a, b);
  commit(a);
  await pull(b, a);
  for (const copy of [a, b]) {
    const lines = copy.read(DAY).trim().split('\n');
    expect(lines.filter((line) => /"run_id":"[ab]"/.test(line))).toHaveLength(2);
    const database = await copy.log.at();
    for (const [path, count] of [
      [DAY, lines.length],
      ['JOURNAL.md', 2],
    ] as const) {
      expect(await database.find([{ e: { var: 'e' }, a: 'entry/file', v: path }])).toHaveLength(
        count,
      );
    }
    expect(await copy.folder.reconcile()).toMatchObject({ finished: [], entries: [], damaged: [] });
  }
  expect(a.read(DAY)).toBe(b.read(DAY));
});

test('a document deleted in one clone is gone in the other; one that git ignores stays at home', async () => {
  const [a, b] = await twoCopies();
  await b.folder.reconcile();
  a.git('rm', '-q', 'serve.md');
  await a.folder.reconcile();
  commit(a);
  expect((await pull(b, a)).finished).toEqual([]);
  expect(systemDisk.exists(join(b.root, 'serve.md'))).toBe(false);
  expect(await hashIn(b, 'serve.md')).toBeUndefined();
});
