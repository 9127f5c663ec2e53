// Says which parts of the workshop structure are missing. Argument: the workshop (default: here).
// Exit code 0 when complete, 1 when something is missing.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = process.argv[2] ?? '.';
const wanted = ['bootcamp/', 'dojo/', 'tools/', 'wiki/', 'recipes/', 'TASKBOARD.md', 'JOURNAL.md'];
const missing = wanted.filter((path) => !existsSync(join(root, path)));

if (missing.length === 0) {
  console.log('Conformance: PASS');
} else {
  console.log(`Conformance issues (${missing.length}):`);
  for (const path of missing) console.log(`  - Missing: ${path}`);
  process.exitCode = 1;
}
