/**
 * `npm run bench [name ...]`: every file of this folder that measures, one after another, so that
 * none disturbs another. A name picks those whose file begins with it.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const wanted = process.argv.slice(2);
const files = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.ts') && name !== 'run.ts')
  .filter((name) => wanted.length === 0 || wanted.some((prefix) => name.startsWith(prefix)))
  .sort();

let failed = files.length === 0;
if (failed) process.stderr.write(`no bench is named ${wanted.join(' or ')}\n`);
for (const name of files) {
  process.stdout.write(`\n# node bench/${name}\n\n`);
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, name)], {
    stdio: 'inherit',
  });
  failed ||= status !== 0;
}
process.exitCode = failed ? 1 : 0;
