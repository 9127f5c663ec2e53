#!/usr/bin/env node
// Plain JavaScript that any Node reads, so that an old one gets a sentence instead of a stack trace.
import { existsSync } from 'node:fs';
import module from 'node:module';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 15)) {
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

const source = new URL('../src/cli/main.ts', import.meta.url);
const built = new URL('../dist/cli/main.js', import.meta.url);
const { main } = await import((existsSync(source) ? source : built).href);
process.exitCode = await main(process.argv.slice(2));
