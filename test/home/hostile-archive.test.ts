import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testMachine } from '../machine.ts';

/** A home that came as an archive, its git folder and all that its maker put in there included. */
async function unpackedHome() {
  const ada = testMachine();
  await ada.ask(['boot', 'a']);
  const bea = ada.other();
  bea.git(['clone', '--quiet', '--bare', 'a', 'shared.git']);
  cpSync(bea.path('a'), bea.path('b'), { recursive: true });
  const mark = bea.path('ran');
  const evil = bea.path('evil.sh');
  writeFileSync(evil, `#!/bin/sh\necho "$@" >> '${mark}'\ncat\n`, { mode: 0o755 });
  const git = bea.path('b/.git');
  mkdirSync(join(git, 'hooks'), { recursive: true });
  for (const hook of ['pre-commit', 'post-commit', 'post-merge', 'pre-push', 'post-checkout']) {
    writeFileSync(join(git, 'hooks', hook), `#!/bin/sh\ntouch '${mark}'\n`, { mode: 0o755 });
  }
  writeFileSync(join(git, 'info/attributes'), '* filter=x diff=x merge=datum\n');
  const program = `'${evil}'`;
  appendFileSync(
    join(git, 'config'),
    `[core]
	fsmonitor = "${program}"
	hooksPath = .git/hooks
	pager = "${program}"
	editor = "${program}"
[filter "x"]
	clean = "${program}"
	smudge = "${program}"
	required = true
[diff]
	external = "${program}"
[diff "x"]
	textconv = "${program}"
[merge "datum"]
	driver = "${program}"
[gpg]
	program = "${program}"
[commit]
	gpgSign = true
[alias]
	status = "!${program}"
[remote "origin"]
	url = ${bea.path('shared.git')}
	fetch = +refs/heads/*:refs/remotes/origin/*
`,
  );
  return { bea, mark, evil, git, at: { in: bea.path('b') } };
}

test('a home from an archive runs nothing of its git configuration, whatever command comes first', async () => {
  const { bea, mark, at } = await unpackedHome();
  for (const args of [
    ['status'],
    ['journal', 'add', 'NOTE', 'x'],
    ['pull'],
    ['boot'],
    ['log', '-n', '1'],
    ['handoff', '--note', 'x'],
    ['push'],
    ['pull'],
    ['verify'],
  ]) {
    await bea.ask(args, at);
    expect(existsSync(mark), args.join(' ')).toBe(false);
  }
});

test('a program the archive names for the way to a remote is refused, and what to do is said', async () => {
  const { bea, mark, evil, git, at } = await unpackedHome();
  appendFileSync(join(git, 'config'), `[core]\n\tsshCommand = ${evil}\n`);
  await bea.ask(['boot'], at);
  const { code, err } = await bea.run(['pull'], at);
  expect(code).toBe(3);
  expect(err).toContain('core.sshcommand');
  expect(err).toContain('git config --global');
  expect(existsSync(mark)).toBe(false);
});

test('a .git that leads to another repository is refused before anything goes into it; worktrees and modules are their own', async () => {
  const ada = testMachine();
  const git = (...args: string[]): string =>
    ada.git([
      '-c',
      'user.name=a',
      '-c',
      'user.email=a@b',
      '-c',
      'protocol.file.allow=always',
      ...args,
    ]);
  git('init', '--quiet', 'mine');
  git('-C', 'mine', 'commit', '--quiet', '--no-gpg-sign', '--allow-empty', '-m', 'mine');
  const before = git('-C', 'mine', 'log', '--all', '--format=%H');
  await ada.ask(['boot', 'a']);
  for (const name of ['pointed', 'linked']) {
    cpSync(ada.path('a'), ada.path(name), { recursive: true });
    rmSync(ada.path(name, '.git'), { recursive: true });
  }
  writeFileSync(ada.path('pointed/.git'), `gitdir: ${ada.path('mine/.git')}\n`);
  symlinkSync(ada.path('mine/.git'), ada.path('linked/.git'));
  for (const name of ['pointed', 'linked']) {
    for (const command of [['boot'], ['status'], ['journal', 'add', 'NOTE', 'x']]) {
      const { code, err } = await ada.run(command, { in: ada.path(name) });
      expect([name, code, err]).toEqual([
        name,
        3,
        expect.stringContaining('home/foreign-repository'),
      ]);
    }
  }
  expect(git('-C', 'mine', 'log', '--all', '--format=%H')).toBe(before);
  git('-C', 'a', 'worktree', 'add', '--quiet', ada.path('tree'), '-b', 'tree');
  git('-C', 'mine', 'submodule', '--quiet', 'add', ada.path('a'), 'module');
  for (const name of ['tree', 'mine/module']) {
    expect((await ada.run(['boot'], { in: ada.path(name) })).code, name).toBe(0);
  }
});

test('a .git that keeps its commits in another repository is refused, however it says so', async () => {
  const ada = testMachine();
  ada.git(['init', '--quiet', 'mine']);
  const mine = ada.path('mine/.git');
  const listed = (): string =>
    ada.git(['-C', 'mine', 'for-each-ref']) + readdirSync(join(mine, 'objects'));
  const before = listed();
  await ada.ask(['boot', 'a']);
  const archive = (name: string, change: (git: string) => void): void => {
    cpSync(ada.path('a'), ada.path(name), { recursive: true });
    change(ada.path(name, '.git'));
  };
  archive('common', (git) => writeFileSync(join(git, 'commondir'), `${mine}\n`));
  archive('nested', (git) => {
    const inner = join(git, '../inner');
    renameSync(git, inner);
    writeFileSync(git, 'gitdir: inner\n');
    writeFileSync(join(inner, 'gitdir'), '../.git\n');
    writeFileSync(join(inner, 'commondir'), `${mine}\n`);
  });
  for (const part of ['objects', 'refs', 'refs/heads']) {
    archive(`linked-${part.replace('/', '-')}`, (git) => {
      rmSync(join(git, part), { recursive: true });
      symlinkSync(join(mine, part), join(git, part));
    });
  }
  archive('branch', (git) => {
    writeFileSync(join(git, 'HEAD'), 'ref: refs/heads/deep/main\n');
    symlinkSync(join(mine, 'refs/heads'), join(git, 'refs/heads/deep'));
  });
  const names = [
    'common',
    'nested',
    'linked-objects',
    'linked-refs',
    'linked-refs-heads',
    'branch',
  ];
  for (const name of names) {
    const { code, err } = await ada.run(['journal', 'add', 'NOTE', 'x'], { in: ada.path(name) });
    expect([name, code, err]).toEqual([name, 3, expect.stringContaining('foreign-repository')]);
  }
  expect(listed()).toBe(before);
});
