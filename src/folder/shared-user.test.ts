import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemDisk } from '../base/index.ts';
import { sharedUser } from './shared-user.ts';

/** What a role's `persona/USER.md` that is a link to a file of the home stands for. */
function linkedTo(path: string): string | undefined {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'shared-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const link = 'roles/scribe/persona/USER.md';
  for (const each of [path, link]) mkdirSync(dirname(join(root, each)), { recursive: true });
  writeFileSync(join(root, path), 'Ada\n');
  symlinkSync(join(root, path), join(root, link));
  return sharedUser(root, link, systemDisk)?.target.slice(root.length + 1);
}

test('roles may share a document', () => {
  expect(linkedTo('shared/USER.md')).toBe('shared/USER.md');
});

test.each(['.env', 'keys/token.txt', '.git/x.md', 'sub/.git/x.md', '.Git/x.md', 'sub/.datum/x.md'])(
  '%s, which the log does not keep, is not taken for one',
  (path) => {
    expect(linkedTo(path)).toBeUndefined();
  },
);
