import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemDisk } from '../base/index.ts';
import { within } from '../effect/index.ts';
import { clone, GitError, liveGit, openRepository, underWay } from './index.ts';

const author = { name: 'Ada', email: 'ada@example.org' };

/** A folder with spaces and non-ASCII letters, and the global settings of a hostile machine. */
function scene() {
  const base = mkdtempSync(join(tmpdir(), 'git-'));
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  const hooks = join(base, 'hooks');
  mkdirSync(hooks);
  for (const hook of ['pre-commit', 'commit-msg', 'post-commit', 'pre-push', 'post-merge']) {
    writeFileSync(join(hooks, hook), '#!/bin/sh\necho hostile >&2\nexit 1\n');
    chmodSync(join(hooks, hook), 0o755);
  }
  const config = join(base, 'gitconfig');
  writeFileSync(join(base, 'ignored'), '*.md\n.datum\n');
  writeFileSync(
    config,
    `[commit]\n\tgpgsign = true\n\ttemplate = ${base}/nowhere\n[core]\n\thooksPath = ${hooks}\n\tautocrlf = true\n\texcludesFile = ${base}/ignored\n\teditor = false\n[gpg]\n\tprogram = false\n[user]\n\tuseConfigOnly = true\n`,
  );
  const root = join(base, 'ein Zuhause ü');
  mkdirSync(root);
  const env = {
    ...process.env,
    GIT_CONFIG_GLOBAL: config,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_DIR: '/nowhere',
  };
  const run = <T>(work: () => Promise<T>): Promise<T> => within([liveGit({ env })], work);
  const put = (path: string, text: string) => writeFileSync(join(root, path), text);
  return { base, root, run, put, repository: openRepository(root) };
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
    expect(commit).toMatchObject({ author, subject: 'first', parents: [] });
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
    await expect(repository.fetch('nowhere')).rejects.toMatchObject({ code: 'git/refused' });
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
