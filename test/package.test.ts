import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import { testMachine } from './machine.ts';

const { dependencies } = packageJson;
const root = join(import.meta.dirname, '..');

test('the published package boots a home from an empty folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'package-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const source = join(folder, 'source');
  mkdirSync(source);
  for (const name of readdirSync(root)) {
    if (['node_modules', '.git', 'dist', 'workshop'].includes(name)) continue;
    cpSync(join(root, name), join(source, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(source, 'node_modules'));
  const npm = (args: readonly string[], cwd: string) =>
    execFileSync('npm', [...args], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  npm(['pack', '--silent', '--pack-destination', folder], source);
  const [tarball = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));

  const user = join(folder, 'user');
  mkdirSync(user);
  // What it depends on is taken from this checkout: the test needs no registry.
  const here = Object.keys(dependencies).map((name) => [
    name,
    `file:${join(root, 'node_modules', name)}`,
  ]);
  const manifest = { name: 'user', private: true, dependencies: Object.fromEntries(here) };
  writeFileSync(join(user, 'package.json'), JSON.stringify(manifest));
  npm(
    [
      'install',
      '--ignore-scripts',
      '--omit=optional',
      '--no-audit',
      '--no-fund',
      '--offline',
      '--install-links',
      join(folder, tarball),
    ],
    user,
  );
  const installed = join(user, 'node_modules', 'datum');
  expect(readdirSync(installed).sort()).toEqual(
    [
      ...['CHANGELOG.md', 'LICENSE', 'README.md', 'bin', 'dist', 'examples', 'package.json'],
      ...['templates', 'test'],
    ].sort(),
  );
  const flux = (...argv: readonly string[]) =>
    execFileSync(process.execPath, [join(installed, 'bin/datum.js'), ...argv], {
      cwd: folder,
      encoding: 'utf8',
    });
  expect(flux('flux', 'conformance', '--category', 'sys')).toContain('5/5 passed');
  expect(flux('flux', 'validate', '--all-examples')).toContain('Passed: 10  Failed: 0');
  expect(flux('evolve', '--target', 'double', '--threads', '2', '--quiet')).toContain(
    'double found',
  );
  const program = [
    "import { openHome, z } from 'datum';",
    "import { runProgram } from 'datum/flux';",
    "process.stdout.write([typeof openHome, typeof z.object, typeof runProgram].join(' '));",
  ].join('\n');
  writeFileSync(join(user, 'program.mjs'), program);
  const imported = execFileSync(process.execPath, ['program.mjs'], { cwd: user, encoding: 'utf8' });
  expect(imported).toBe('function function function');
  const machine = testMachine();
  const ran = execFileSync(process.execPath, [join(installed, 'bin/datum.js'), 'boot', 'home'], {
    cwd: machine.folder,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: machine.folder, DATUM_STATE: machine.path('state') },
  });
  expect(ran).toContain('A new home');
  expect(
    machine.datum(['verify'], {
      in: machine.path('home'),
      env: { DATUM_STATE: machine.path('state') },
    }).code,
  ).toBe(0);
});
