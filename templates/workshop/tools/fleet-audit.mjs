// Scores the workshops in the folders below the one given (default: the folder above this home).
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const root = process.argv[2] ?? '..';
const wanted = ['bootcamp', 'dojo', 'tools', 'wiki', 'recipes', 'TASKBOARD.md', 'JOURNAL.md'];
const workshops = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => join(root, entry.name))
  .filter((path) => existsSync(join(path, '.datum')) || existsSync(join(path, '.superagent')));

let present = 0;
for (const path of workshops) {
  const missing = wanted.filter((part) => !existsSync(join(path, part)));
  present += wanted.length - missing.length;
  console.log(`${path}: ${missing.length === 0 ? 'complete' : `missing ${missing.join(', ')}`}`);
}
const score = workshops.length === 0 ? 0 : Math.round((100 * present) / (workshops.length * wanted.length));
console.log(`Fleet: ${workshops.length} workshops`);
console.log(`Health score: ${score}/100`);
