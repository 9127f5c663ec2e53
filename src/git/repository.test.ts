import { execFileSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { manualClock, systemDisk } from '../base/index.ts';
import { perform, within } from '../effect/index.ts';
import {
  clone,
  GitError,
  type GitOptions,
  gitRead,
  gitTransfer,
  liveGit,
  openRepository,
  underWay,
} from './index.ts';

const author = { name: 'Ada', email: 'ada@example.org' };

const clock = manualClock(1_767_225_600_000_000);

/** The global settings of a hostile machine; every command and hook in them fails. */
function hostileSettings(base: string): string {
  const hooks = join(base, 'hooks');
  const template = join(base, 'template/hooks');
  for (const folder of [hooks, template]) {
    mkdirSync(folder, { recursive: true });
    for (const hook of ['pre-commit', 'commit-msg', 'post-commit', 'pre-push', 'post-merge']) {
      writeFileSync(join(folder, hook), '#!/bin/sh\necho hostile >&2\nexit 1\n', { mode: 0o755 });
    }
  }
  writeFileSync(join(base, 'ignored'), '*.md\n.datum\n');
  writeFileSync(join(base, 'attributes'), '* text eol=crlf filter=evil\n');
  return `
[commit]
  gpgsign = true
  template = ${base}/nowhere
  cleanup = scissors
  verbose = true
[core]
  hooksPath = ${hooks}
  autocrlf = true
  safecrlf = true
  excludesFile = ${base}/ignored
  attributesFile = ${base}/attributes
  editor = false
  pager = false
  commentChar = a
  fsmonitor = ${hooks}/pre-commit
[filter "evil"]
  clean = false
  smudge = false
  required = true
[init]
  templateDir = ${base}/template
  defaultBranch = trunk
[color]
  ui = always
[gpg]
  program = false
[i18n]
  commitEncoding = latin1
  logOutputEncoding = latin1
[log]
  showSignature = true
[merge]
  ff = only
  conflictStyle = diff3
[pull]
  rebase = true
[push]
  gpgSign = true
[safe]
  directory = /nowhere
[status]
  short = true
  branch = true
  showUntrackedFiles = no
[user]
  useConfigOnly = true
`;
}

/** A folder with spaces and non-ASCII letters on a hostile machine. */
function scene(more: Partial<GitOptions> = {}) {
  const base = mkdtempSync(join(tmpdir(), 'git-'));
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  const config = join(base, 'gitconfig');
  writeFileSync(config, hostileSettings(base));
  const root = join(base, 'ein Zuhause ü');
  mkdirSync(root);
  const env = {
    ...process.env,
    GIT_CONFIG_GLOBAL: config,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_DIR: '/nowhere',
    GIT_INDEX_FILE: '/nowhere',
  };
  const run = <T>(work: () => Promise<T>): Promise<T> =>
    within([liveGit({ env, clock, ...more })], work);
  const put = (path: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  const plain = (...args: readonly string[]) =>
    execFileSync('git', ['-C', root, ...args], { encoding: 'utf8' });
  return { base, root, run, put, plain, repository: openRepository(root) };
}

test('a commit works without a user, with signing and hooks forced on, and keeps bytes', async () => {
  const { run, repository, put, root } = scene();
  put('nöte 1.md', 'a\r\nb\n');
  await run(async () => {
    await repository.init();
    expect(await repository.head()).toBeUndefined();
    expect(await repository.changes()).toEqual(['nöte 1.md']);
    const id = await repository.commit(['nöte 1.md'], { message: 'first', author });
    expect(id).toMatch(/^[0-9a-f]{40}$/);
    expect(await repository.head()).toBe(id);
    expect(await repository.branch()).toBe('main');
    expect(await repository.commit(['nöte 1.md'], { message: 'again', author })).toBeUndefined();
    expect(await repository.show('HEAD', 'nöte 1.md')).toBe('a\r\nb\n');
    const [commit] = await repository.log();
    expect(commit).toEqual({
      id,
      parents: [],
      author,
      authoredSeconds: 1_767_225_600,
      committer: author,
      committedSeconds: 1_767_225_600,
      subject: 'first',
      body: '',
    });
  });
  expect(readFileSync(join(root, 'nöte 1.md'), 'utf8')).toBe('a\r\nb\n');
});

test('only the given paths are committed; what a person staged stays staged', async () => {
  const { run, repository, put, root } = scene();
  put('ours.txt', '1');
  put('theirs.txt', '1');
  await run(async () => {
    await repository.init();
    execFileSync('git', ['add', 'theirs.txt'], { cwd: root });
    await repository.commit(['ours.txt'], { message: 'ours', author });
    expect(await repository.show('HEAD', 'theirs.txt')).toBeUndefined();
    expect(
      execFileSync('git', ['diff', '--cached', '--name-only'], { cwd: root, encoding: 'utf8' }),
    ).toBe('theirs.txt\n');
  });
});

test('clones meet again: fetch, merge, push, and a conflict is reported with its paths', async () => {
  const { run, repository, put, root, base } = scene();
  put('note.txt', 'base\n');
  await run(async () => {
    await repository.init();
    await repository.commit(['note.txt'], { message: 'base', author });
    const other = await clone(root, join(base, 'other'), base);
    expect(await other.remotes()).toEqual(['origin']);
    expect(await other.upstream()).toBe('origin/main');
    put('new.txt', 'x\n');
    await repository.commit(['new.txt'], { message: 'more', author });
    await other.fetch('origin');
    expect(await other.merge('origin/main', author)).toEqual({ kind: 'merged' });
    expect(await other.merge('origin/main', author)).toEqual({ kind: 'up-to-date' });

    put('note.txt', 'ours\n');
    await repository.commit(['note.txt'], { message: 'ours', author });
    writeFileSync(join(base, 'other/note.txt'), 'theirs\n');
    await other.commit(['note.txt'], { message: 'theirs', author });
    await other.fetch('origin');
    expect(await other.merge('origin/main', author)).toEqual({
      kind: 'conflict',
      paths: ['note.txt'],
    });
    expect(await other.unmerged()).toEqual(['note.txt']);
    expect(underWay(other.root, systemDisk)).toBe('merge');
    await other.abortMerge();
    expect(underWay(other.root, systemDisk)).toBe('none');
    await other.push('origin', 'HEAD:refs/heads/from-other');
  });
});

test('what git refuses is an error with its words and no stack of ours', async () => {
  const { run, repository } = scene();
  await run(async () => {
    await repository.init();
    await expect(repository.fetch('nowhere')).rejects.toThrow(GitError);
    await expect(repository.fetch('nowhere')).rejects.toMatchObject({ code: 'git/no-remote' });
  });
});

test.runIf(process.getuid?.() === 0)(
  'a repository owned by somebody else may be used',
  async () => {
    const { run, repository, root } = scene();
    await run(async () => {
      await repository.init();
      for (const path of ['', '.git', '.git/config']) chownSync(join(root, path), 65_534, 65_534);
      expect(await repository.changes()).toEqual([]);
    });
  },
);

test('names that look like options, patterns or lines are names', async () => {
  const { run, repository, put } = scene();
  const odd = ['-n', '--all', '*', ':(top)x', 'a\nb', ' lead', 'tail ', '"q"', 'ä/ö.txt', '#c'];
  for (const path of odd) put(path, path);
  put('other', 'other');
  await run(async () => {
    await repository.init();
    await repository.commit(odd, { message: 'odd', author });
    expect(await repository.changes()).toEqual(['other']);
    for (const path of odd) expect(await repository.show('HEAD', path)).toBe(path);
    const one = await repository.log({ path: 'a\nb' });
    expect(one.length).toBe(1);
  });
});

test('a message is kept as it is, comment signs, quotes and lines included', async () => {
  const { run, repository, put } = scene();
  await run(async () => {
    await repository.init();
    put('a', '1');
    const message = 'a grüße "x"\n\n# no comment\nauthor: not him\n\nlast';
    await repository.commit(['a'], { message, author: { name: 'Ädä', email: '' } });
    const [commit] = await repository.log();
    expect(commit).toMatchObject({
      author: { name: 'Ädä', email: '' },
      subject: 'a grüße "x"',
      body: '# no comment\nauthor: not him\n\nlast',
    });
  });
});

test('bytes that are no text come back as they are', async () => {
  const { run, repository, put } = scene();
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
  put('raw', bytes);
  await run(async () => {
    await repository.init();
    await repository.commit(['raw'], { message: 'raw', author });
    expect(await repository.showBytes('HEAD', 'raw')).toEqual(Buffer.from(bytes));
    expect(await repository.showBytes('HEAD', 'none')).toBeUndefined();
  });
});

test('thousands of paths are one commit', async () => {
  const { run, repository, put } = scene();
  const paths = Array.from({ length: 3000 }, (_, index) => `${'folder-'.repeat(12)}/${index}.txt`);
  for (const path of paths) put(path, path);
  await run(async () => {
    await repository.init();
    await repository.commit(paths, { message: 'many', author });
    expect(await repository.changes()).toEqual([]);
  });
});

test('a removed file is committed as removed, a folder as all that changed in it', async () => {
  const { run, repository, put, root } = scene();
  put('d/one', '1');
  put('d/two', '2');
  await run(async () => {
    await repository.init();
    await repository.commit(['d'], { message: 'both', author });
    rmSync(join(root, 'd/one'));
    put('d/three', '3');
    await repository.commit(['d'], { message: 'changed', author });
    expect(await repository.show('HEAD', 'd/one')).toBeUndefined();
    expect(await repository.show('HEAD', 'd/three')).toBe('3');
  });
});

test('there is nothing to commit when only other paths changed, staged or not', async () => {
  const { run, repository, put, plain } = scene();
  put('ours', '1');
  put('theirs', '1');
  await run(async () => {
    await repository.init();
    await repository.commit(['ours', 'theirs'], { message: 'base', author });
    put('theirs', '2');
    expect(await repository.commit(['ours'], { message: 'no', author })).toBeUndefined();
    plain('add', 'theirs');
    expect(await repository.commit(['ours'], { message: 'no', author })).toBeUndefined();
    expect(plain('diff', '--cached', '--name-only')).toBe('theirs\n');
  });
});

test('a person part way through staging one file keeps what they staged of it out of ours', async () => {
  const { run, repository, put, plain } = scene();
  put('theirs', '1\n');
  put('ours', '1\n');
  await run(async () => {
    await repository.init();
    await repository.commit(['ours', 'theirs'], { message: 'base', author });
    put('theirs', 'staged\n');
    plain('add', 'theirs');
    put('theirs', 'not staged\n');
    put('ours', '2\n');
    await repository.commit(['ours'], { message: 'ours', author });
    expect(plain('show', ':theirs')).toBe('staged\n');
    expect(await repository.show('HEAD', 'theirs')).toBe('1\n');
  });
});

test('templates of the machine do not come into a new repository', async () => {
  const { run, repository, root } = scene();
  await run(() => repository.init());
  expect(existsSync(join(root, '.git/hooks/pre-commit'))).toBe(false);
});

test('a pull brings the branch of a remote in, whatever the person likes for merges', async () => {
  const { run, repository, put, root, base } = scene();
  await run(async () => {
    await repository.init();
    put('a', '1');
    await repository.commit(['a'], { message: 'base', author });
    const other = await clone(root, join(base, 'other'), base);
    put('b', '1');
    await repository.commit(['b'], { message: 'here', author });
    writeFileSync(join(base, 'other/c'), '1');
    await other.commit(['c'], { message: 'there', author });
    const from = { remote: 'origin', branch: 'main' };
    expect(await other.pull(from, author)).toEqual({ kind: 'merged' });
    expect(await other.pull(from, author)).toEqual({ kind: 'up-to-date' });
    const [merged] = await other.log({ limit: 1 });
    expect(merged?.parents.length).toBe(2);
    expect((await other.log({ revision: 'origin/main..HEAD' })).length).toBe(2);
  });
});

test('while a merge is under way a commit is refused, and says why', async () => {
  const { run, repository, put, root, base } = scene();
  await run(async () => {
    await repository.init();
    put('a', 'base');
    await repository.commit(['a'], { message: 'base', author });
    const other = await clone(root, join(base, 'other'), base);
    put('a', 'here');
    await repository.commit(['a'], { message: 'here', author });
    writeFileSync(join(other.root, 'a'), 'there');
    await other.commit(['a'], { message: 'there', author });
    await other.pull({ remote: 'origin', branch: 'main' }, author);
    writeFileSync(join(other.root, 'b'), '1');
    await expect(other.commit(['b'], { message: 'b', author })).rejects.toMatchObject({
      code: 'git/under-way',
      kind: 'busy',
    });
  });
});

test('a push onto commits one does not have is refused as behind', async () => {
  const { run, repository, put, root, base } = scene();
  await run(async () => {
    await repository.init();
    put('a', '1');
    await repository.commit(['a'], { message: 'base', author });
    const other = await clone(root, join(base, 'other'), base);
    await repository.setConfig('receive.denyCurrentBranch', 'ignore');
    expect(await repository.config('receive.denyCurrentBranch')).toBe('ignore');
    expect(await repository.config('no.such')).toBeUndefined();
    put('a', '2');
    await repository.commit(['a'], { message: 'here', author });
    writeFileSync(join(other.root, 'b'), '1');
    await other.commit(['b'], { message: 'there', author });
    await expect(other.push('origin', 'main')).rejects.toMatchObject({ code: 'git/behind' });
  });
});

test('local changes are not merged over', async () => {
  const { run, repository, put, root, base } = scene();
  await run(async () => {
    await repository.init();
    put('a', '1');
    await repository.commit(['a'], { message: 'base', author });
    const other = await clone(root, join(base, 'other'), base);
    put('a', '2');
    await repository.commit(['a'], { message: 'here', author });
    writeFileSync(join(other.root, 'a'), 'mine');
    const pull = other.pull({ remote: 'origin', branch: 'main' }, author);
    await expect(pull).rejects.toMatchObject({ code: 'git/would-overwrite', kind: 'busy' });
    expect(readFileSync(join(other.root, 'a'), 'utf8')).toBe('mine');
  });
});

test('a lock of another git command is busy, not broken', async () => {
  const { run, repository, put, root } = scene();
  await run(async () => {
    await repository.init();
    put('a', '1');
    writeFileSync(join(root, '.git/index.lock'), '');
    await expect(repository.commit(['a'], { message: 'a', author })).rejects.toMatchObject({
      code: 'git/busy',
      kind: 'busy',
      data: { transient: true },
    });
  });
});

test('a remote that cannot be reached is said to be, without the password in its address', async () => {
  const { run, base } = scene();
  await run(async () => {
    const url = 'http://ada:hunter22@127.0.0.1:1/x.git';
    const error = await clone(url, join(base, 'c'), base).catch((caught: GitError) => caught);
    expect(error).toMatchObject({ code: 'git/unreachable', data: { transient: true } });
    expect(JSON.stringify({ ...error, message: String(error) })).not.toContain('hunter22');
  });
});

test('addresses that run commands are not followed', async () => {
  const { run, base } = scene();
  const mark = join(base, 'ran');
  await run(() => clone(`ext::touch ${mark}`, join(base, 'c'), base).catch(() => undefined));
  await run(() =>
    clone(`--upload-pack=touch ${mark}`, join(base, 'c'), base).catch(() => undefined),
  );
  expect(existsSync(mark)).toBe(false);
});

test.each([
  ['push', gitRead, ['push', 'origin']],
  ['config with a value', gitRead, ['config', 'a.b', 'c']],
  ['an output file', gitRead, ['log', '--output=/tmp/x']],
  ['the beginning of such an option', gitRead, ['log', '--outp=/tmp/x']],
  ['a program on the other side', gitTransfer, ['fetch', '--upload-pack', 'touch x', 'origin']],
  ['another program of the same beginning', gitRead, ['show-ref']],
])('%s is no part of that operation', async (_, operation, args) => {
  const { run, root } = scene();
  const attempt = run(() => perform(operation, { folder: root, args }));
  await expect(attempt).rejects.toMatchObject({ code: 'spec/invalid' });
});

test('a git that hangs is stopped', async () => {
  const { run, base, root } = scene({ transferMillis: 100 });
  writeFileSync(join(base, 'git-remote-slow'), '#!/bin/sh\nsleep 60\n', { mode: 0o755 });
  const slow = scene({
    transferMillis: 200,
    env: { ...process.env, PATH: `${base}:${process.env['PATH']}` },
  });
  await expect(slow.run(() => clone('slow::x', join(base, 'c'), base))).rejects.toMatchObject({
    code: 'git/timeout',
  });
  await run(() => openRepository(root).init());
});

test('without git on the path it says so', async () => {
  const { run, repository } = scene({ env: { PATH: '/nowhere' } });
  await expect(run(() => repository.init())).rejects.toMatchObject({ code: 'git/unavailable' });
});

test('outside of a repository a command says that there is none', async () => {
  const { run, base } = scene({ env: { ...process.env, HOME: '/nowhere' } });
  const nowhere = openRepository(base);
  await expect(run(() => nowhere.changes())).rejects.toMatchObject({ code: 'git/no-repository' });
});
