import { join } from 'node:path';
import type { Disk } from '../base/index.ts';
import { gitFolder, type Repository } from '../git/index.ts';

/** The line that makes git ask datum to merge a path. */
const RULES = [
  '# datum: entries of both sides are kept once, in order of time',
  'JOURNAL.md merge=datum',
  '**/journal/** merge=datum',
  '*.jsonl merge=datum',
  '.datum/** !merge',
].join('\n');

const START = '# datum:begin';
const STOP = '# datum:end';

/**
 * Tells this working copy's git to merge journals and logs with datum. It stands in the copy's own
 * git folder: what a clone brings along never names a program that runs here. A datum that has moved
 * since is named anew.
 */
export async function installMergeDriver(repository: Repository, disk: Disk): Promise<void> {
  const folder = gitFolder(repository.root, disk);
  if (folder === undefined) return;
  addRules(join(folder, 'info'), disk);
  for (const [key, line] of Object.entries(mergeSettings())) {
    if ((await repository.config(key)) !== line) await repository.setConfig(key, line);
  }
}

/** What git asks for a merge of journals and logs: this very program. */
export function mergeSettings(): Readonly<Record<string, string>> {
  const program = join(import.meta.dirname, '..', '..', 'bin', 'datum.js');
  const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
  const line = `${quote(process.execPath)} ${quote(program)} merge-file %A %B %P`;
  return { 'merge.datum.driver': line };
}

function addRules(folder: string, disk: Disk): void {
  const path = join(folder, 'attributes');
  // An archive may bring a link along: the rules go into this copy's own git folder or nowhere.
  const isLink = [folder, path].some(
    (each) => disk.lstat(each, { throwIfNoEntry: false })?.isSymbolicLink() === true,
  );
  if (isLink) return;
  const current = disk.exists(path) ? disk.readFile(path).toString('utf8') : '';
  if (current.includes(START)) return;
  disk.makeFolder(folder);
  const fd = disk.open(path, 'a');
  try {
    const gap = current === '' || current.endsWith('\n') ? '' : '\n';
    disk.write(fd, Buffer.from(`${gap}${START}\n${RULES}\n${STOP}\n`));
    disk.sync(fd);
  } finally {
    disk.close(fd);
  }
}
