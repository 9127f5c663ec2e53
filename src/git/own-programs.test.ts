import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { perform, within } from '../effect/index.ts';
import { gitRead, liveGit, openRepository } from './index.ts';

const author = { name: 'Ada', email: 'ada@example.org' };

/** A repository unpacked from an archive: whatever its configuration runs leaves a mark. */
function unpacked() {
  const base = mkdtempSync(join(tmpdir(), 'git-'));
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  const root = join(base, 'unpacked');
  mkdirSync(root);
  const mark = join(base, 'ran');
  const program = join(base, 'evil.sh');
  writeFileSync(program, `#!/bin/sh\necho "$0 $@" >> '${mark}'\ncat\n`, { mode: 0o755 });
  const env = { PATH: process.env['PATH'], HOME: base, GIT_CONFIG_NOSYSTEM: '1' };
  const plain = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', root, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
      encoding: 'utf8',
      env: { ...process.env, ...env },
    });
  const put = (path: string, text: string): void => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  execFileSync('git', ['init', '--quiet', '--initial-branch=main', root]);
  put('kept.txt', 'kept\n');
  plain('add', '.');
  plain('commit', '--quiet', '-m', 'first');
  const repository = openRepository(root);
  const run = <T>(work: () => Promise<T>): Promise<T> => within([liveGit({ env })], work);
  return { base, root, mark, program, plain, put, repository, run, env };
}

type Scene = ReturnType<typeof unpacked>;

/** All that datum does with a repository on this machine. */
const everything = ({ repository, run, put, root }: Scene): Promise<void> =>
  run(async () => {
    put('kept.txt', 'kept, and changed\n');
    put('new.md', 'new\n');
    await repository.head();
    await repository.branch();
    await repository.changes();
    await repository.unmerged();
    await repository.ignored();
    await repository.commit(['kept.txt', 'new.md'], { message: 'second', author });
    await repository.log();
    await repository.show('HEAD', 'kept.txt');
    await repository.remotes();
    await repository.upstream();
    await perform(gitRead, { folder: root, args: ['diff', 'HEAD~1'] });
    await perform(gitRead, { folder: root, args: ['log', '-p'] });
    await perform(gitRead, { folder: root, args: ['show', 'HEAD'] });
    await repository.setConfig('datum.seen', 'true');
  });

interface Trap {
  readonly name: string;
  readonly config: string;
  readonly attributes?: string;
}

/** Lines of a configuration that run a program, with the attributes that ask for it. */
const hostile: readonly Trap[] = [
  { name: 'core.fsmonitor', config: '[core]\n\tfsmonitor = EVIL' },
  { name: 'core.hooksPath', config: '[core]\n\thooksPath = HOOKS' },
  { name: 'core.editor', config: '[core]\n\teditor = EVIL\n[sequence]\n\teditor = EVIL' },
  {
    name: 'core.pager',
    config: '[core]\n\tpager = EVIL\n[pager]\n\tlog = EVIL\n\tstatus = EVIL\n\tdiff = EVIL',
  },
  { name: 'core.askPass', config: '[core]\n\taskPass = EVIL' },
  { name: 'core.alternateRefsCommand', config: '[core]\n\talternateRefsCommand = EVIL' },
  {
    name: 'filter.clean',
    config: '[filter "x"]\n\tclean = EVIL\n\tsmudge = EVIL',
    attributes: '* filter=x',
  },
  {
    name: 'a required filter',
    config: '[filter "x"]\n\tclean = EVIL\n\trequired = true',
    attributes: '* filter=x',
  },
  {
    name: 'filter.process',
    config: '[filter "x"]\n\tprocess = EVIL\n\trequired',
    attributes: '* filter=x',
  },
  {
    name: 'a filter with an equals sign',
    config: '[filter "x=y"]\n\tclean = EVIL',
    attributes: '* filter=x=y',
  },
  {
    name: 'a filter with dots',
    config: '[filter "x.clean"]\n\tclean = EVIL',
    attributes: '* filter=x.clean',
  },
  { name: 'diff.external', config: '[diff]\n\texternal = EVIL' },
  { name: 'diff.command', config: '[diff "x"]\n\tcommand = EVIL', attributes: '* diff=x' },
  {
    name: 'diff.textconv',
    config: '[diff "x"]\n\ttextconv = EVIL\n\tcachetextconv = true',
    attributes: '* diff=x',
  },
  {
    name: 'gpg.program',
    config: '[gpg]\n\tprogram = EVIL\n[commit]\n\tgpgSign = true\n[log]\n\tshowSignature',
  },
  {
    name: 'gpg.ssh',
    config: '[gpg]\n\tformat = ssh\n[gpg "ssh"]\n\tprogram = EVIL\n\tdefaultKeyCommand = EVIL',
  },
  { name: 'an alias', config: '[alias]\n\tstatus = !EVIL\n\tcommit = !EVIL\n\tshow = !EVIL' },
  {
    name: 'a hook by configuration',
    config: '[hook "x"]\n\tcommand = EVIL\n\tevent = pre-commit\n\tevent = post-commit',
  },
  { name: 'trailers', config: '[trailer "x"]\n\tkey = x\n\tcommand = EVIL\n\tifmissing = add' },
  { name: 'an included file', config: '[include]\n\tpath = INCLUDED', attributes: '* filter=x' },
  {
    name: 'a file included for this folder',
    config: '[includeIf "gitdir:/"]\n\tpath = INCLUDED',
    attributes: '* filter=x',
  },
  {
    name: 'the configuration of the work tree',
    config: '[extensions]\n\tworktreeConfig = true',
    attributes: '* filter=x',
  },
  {
    name: 'a program on the other side',
    config:
      '[remote "origin"]\n\turl = OTHER\n\tuploadpack = EVIL\n\tpromisor = true\n[extensions]\n\tpartialClone = origin',
  },
  {
    name: 'ssh for what a partial clone lacks',
    config:
      '[core]\n\tsshCommand = EVIL\n[remote "origin"]\n\turl = ssh://localhost/x\n\tpromisor = true',
  },
];

test.each(hostile)('$name of a repository runs nothing', async ({ config, attributes }) => {
  const scene = unpacked();
  const { base, root, mark, program, put } = scene;
  const hooks = join(base, 'hooks');
  for (const folder of [hooks, join(root, '.git/hooks')]) {
    mkdirSync(folder, { recursive: true });
    for (const hook of [
      'pre-commit',
      'post-commit',
      'post-index-change',
      'reference-transaction',
    ]) {
      writeFileSync(join(folder, hook), `#!/bin/sh\ntouch '${mark}'\n`, { mode: 0o755 });
    }
  }
  const filter = `[filter "x"]\n\tclean = ${program}\n`;
  writeFileSync(join(base, 'included'), filter);
  writeFileSync(join(root, '.git/config.worktree'), filter);
  const text = config
    .replaceAll('EVIL', program)
    .replaceAll('HOOKS', hooks)
    .replaceAll('INCLUDED', join(base, 'included'))
    .replaceAll('OTHER', base);
  appendFileSync(join(root, '.git/config'), `${text}\n`);
  if (attributes !== undefined) put('.git/info/attributes', `${attributes}\n`);
  await everything(scene);
  expect(existsSync(mark)).toBe(false);
  const inGit = await scene.run(() => scene.repository.show('HEAD', 'kept.txt'));
  expect(inGit).toBe('kept, and changed\n');
});

test('the traps of these tests are ones: plain git runs the program of a filter', () => {
  const { root, mark, program, put, plain } = unpacked();
  appendFileSync(join(root, '.git/config'), `[filter "x"]\n\tclean = ${program}\n`);
  put('.git/info/attributes', '* filter=x\n');
  put('new.md', 'new\n');
  plain('add', 'new.md');
  expect(existsSync(mark)).toBe(true);
});

test('a repository of somebody else works, and runs nothing of theirs', async () => {
  const scene = unpacked();
  const { root, mark, program, put } = scene;
  appendFileSync(join(root, '.git/config'), `[filter "x"]\n\tclean = ${program}\n`);
  put('.git/info/attributes', '* filter=x\n');
  if (process.getuid?.() === 0) {
    spawnSync('chown', ['-R', '12345', root]);
    chownSync(root, 12345, 12345);
  }
  await everything(scene);
  expect(existsSync(mark)).toBe(false);
});

test("a submodule's own configuration runs nothing when the home around it is looked at", async () => {
  const scene = unpacked();
  const { base, root, mark, program, plain, put } = scene;
  const inner = join(base, 'inner');
  execFileSync('git', ['clone', '--quiet', root, inner]);
  plain('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner, 'sub');
  plain('commit', '--quiet', '-m', 'a submodule');
  rmSync(join(root, 'sub/.git'));
  execFileSync('git', ['init', '--quiet', join(root, 'sub')]);
  const config = `[core]\n\tfsmonitor = ${program}\n[filter "x"]\n\tclean = ${program}\n`;
  appendFileSync(join(root, 'sub/.git/config'), config);
  put('sub/.git/info/attributes', '* filter=x\n');
  put('sub/kept.txt', 'changed inside\n');
  await everything(scene);
  expect(existsSync(mark)).toBe(false);
});

test('a merge driver of the repository is a conflict for a person; the one asked for here merges', async () => {
  const scene = unpacked();
  const { base, root, mark, program, plain, put, repository, env } = scene;
  plain('checkout', '--quiet', '-b', 'side');
  put('kept.txt', 'theirs\n');
  plain('commit', '--quiet', '-am', 'theirs');
  plain('checkout', '--quiet', 'main');
  put('kept.txt', 'ours\n');
  plain('commit', '--quiet', '-am', 'ours');
  appendFileSync(join(root, '.git/config'), `[merge "x"]\n\tdriver = ${program} %A\n`);
  put('.git/info/attributes', 'kept.txt merge=x\n');
  expect(await scene.run(() => repository.merge('side', author))).toEqual({
    kind: 'conflict',
    paths: ['kept.txt'],
  });
  await scene.run(() => repository.abortMerge());
  expect(existsSync(mark)).toBe(false);
  const settings = { 'merge.x.driver': `cat %B >> %A && touch '${base}/asked'` };
  const merged = await within([liveGit({ env, settings })], () => repository.merge('side', author));
  expect(merged).toEqual({ kind: 'merged' });
  expect(existsSync(mark)).toBe(false);
  expect(existsSync(join(base, 'asked'))).toBe(true);
});

test.each([
  ['core.sshcommand', '[core]\n\tsshCommand = EVIL'],
  ['core.gitproxy', '[core]\n\tgitProxy = EVIL'],
  ['credential.helper', '[credential]\n\thelper = !EVIL'],
  ['credential.https://example.org.helper', '[credential "https://example.org"]\n\thelper = !EVIL'],
  ['remote.origin.uploadpack', '[remote "origin"]\n\tuploadpack = EVIL'],
  ['remote.origin.receivepack', '[remote "origin"]\n\treceivepack = EVIL'],
  ['remote.origin.vcs', '[remote "origin"]\n\tvcs = evil'],
  ['http.sslverify', '[http]\n\tsslVerify = false\n\tproxy = http://example.invalid'],
  ['http.https://example.org/.sslcainfo', '[http "https://example.org/"]\n\tsslCAInfo = EVIL'],
  ['http.savecookies', '[http]\n\tcookieFile = EVIL\n\tsaveCookies = true'],
])('%s of a repository is named and refused before a remote is reached', async (key, config) => {
  const { base, root, mark, program, run, plain, repository } = unpacked();
  plain('remote', 'add', 'origin', base);
  appendFileSync(join(root, '.git/config'), `${config.replaceAll('EVIL', program)}\n`);
  const refusal = { code: 'git/own-programs', kind: 'refused', data: { keys: [key] } };
  await run(async () => {
    await expect(repository.fetch('origin')).rejects.toMatchObject(refusal);
    await expect(repository.push('origin', 'HEAD:refs/heads/main')).rejects.toMatchObject(refusal);
  });
  expect(existsSync(mark)).toBe(false);
});

test.each([
  ['below it', '[remote "origin"]\n\turl = INSIDE'],
  ['below it, as a file URL', '[remote "origin"]\n\turl = file://INSIDE'],
  ['named from it', '[remote "origin"]\n\turl = ../unpacked/.git/theirs.git'],
  ['named without its ending', '[remote "origin"]\n\turl = .git/theirs'],
  ['that a name stands for', '[remote "origin"]\n\turl = x:\n[url "INSIDE"]\n\tinsteadOf = x:'],
  ['for pushing', '[remote "origin"]\n\turl = https://example.invalid/x\n\tpushurl = INSIDE'],
  ['behind a link', '[remote "origin"]\n\turl = LINK'],
])(
  'a repository that came with the folder, %s, is no remote: its hooks would run',
  async (_, config) => {
    const { base, root, mark, run, plain, repository } = unpacked();
    const inside = join(root, '.git/theirs.git');
    plain('init', '--quiet', '--bare', inside);
    writeFileSync(join(inside, 'hooks/pre-receive'), `#!/bin/sh\ntouch '${mark}'\n`, {
      mode: 0o755,
    });
    symlinkSync(inside, join(base, 'link'));
    const text = config.replaceAll('INSIDE', inside).replaceAll('LINK', join(base, 'link'));
    appendFileSync(join(root, '.git/config'), `${text}\n`);
    const push = run(() => repository.push('origin', 'HEAD:refs/heads/main'));
    await expect(push).rejects.toMatchObject({ code: 'git/remote-inside', kind: 'refused' });
    expect(existsSync(mark)).toBe(false);
  },
);

test('a remote elsewhere on this disk is one, hooks and all', async () => {
  const { base, mark, run, plain, repository } = unpacked();
  const shared = join(base, 'shared.git');
  plain('init', '--quiet', '--bare', shared);
  writeFileSync(join(shared, 'hooks/pre-receive'), `#!/bin/sh\ntouch '${mark}'\n`, { mode: 0o755 });
  plain('remote', 'add', 'origin', shared);
  await run(() => repository.push('origin', 'HEAD:refs/heads/main'));
  expect(existsSync(mark)).toBe(true);
});

test('an included file of the work tree that changes later runs nothing either', async () => {
  const { root, mark, program, run, put, repository } = unpacked();
  put('settings', '');
  appendFileSync(join(root, '.git/config'), '[include]\n\tpath = ../settings\n');
  put('.git/info/attributes', '* filter=x\n');
  await run(async () => {
    await repository.changes();
    put('settings', `[filter "x"]\n\tclean = ${program}\n`);
    put('new.md', 'new\n');
    await repository.commit(['new.md'], { message: 'new', author });
  });
  expect(existsSync(mark)).toBe(false);
});

test('a look that was broken off is made again', async () => {
  const { run, repository, root } = unpacked();
  await run(async () => {
    const gone = AbortSignal.abort();
    const read = { folder: root, args: ['rev-parse', 'HEAD'] };
    await expect(perform(gitRead, read, { signal: gone })).rejects.toBeDefined();
    expect(await repository.head()).toBeDefined();
  });
});

test("the person's own filter stays theirs where the repository names it anew", async () => {
  const { base, root, mark, program, run, put, repository } = unpacked();
  writeFileSync(join(base, '.gitconfig'), '[filter "x"]\n\tclean = tr a-z A-Z\n');
  appendFileSync(join(root, '.git/config'), `[filter "x"]\n\tclean = ${program}\n`);
  put('.git/info/attributes', 'new.md filter=x\n');
  put('new.md', 'new\n');
  await run(() => repository.commit(['new.md'], { message: 'new', author }));
  expect(existsSync(mark)).toBe(false);
  expect(await run(() => repository.show('HEAD', 'new.md'))).toBe('NEW\n');
});

test('a work tree somewhere else is not looked into', async () => {
  const { base, root, run, repository } = unpacked();
  writeFileSync(join(base, 'private.txt'), 'private\n');
  appendFileSync(join(root, '.git/config'), `[core]\n\tworktree = ${base}\n`);
  expect(await run(() => repository.changes())).toEqual([]);
});

test('where a folder is no repository, one above it is not taken for it', async () => {
  const { root, run } = unpacked();
  mkdirSync(join(root, 'below/.git'), { recursive: true });
  const below = openRepository(join(root, 'below'));
  expect(await run(() => below.head())).toBeUndefined();
  await expect(run(() => below.changes())).rejects.toMatchObject({ code: 'git/no-repository' });
});
