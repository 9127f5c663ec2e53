import { dirname, join } from 'node:path';
import type { Disk } from '../base/index.ts';

/** A file that boot puts into a new workshop. */
export interface TemplateFile {
  /** Path in the home, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** Where the files of a new workshop lie. */
export const TEMPLATE = join(import.meta.dirname, '..', '..', 'templates', 'workshop');

/** npm leaves files of these names out of a package, so they are shipped without the dot. */
const DOTTED = new Map([
  ['gitignore', '.gitignore'],
  ['gitattributes', '.gitattributes'],
]);

/** All files of a new workshop for an agent of this name, in path order. */
export function workshopFiles(agent: string, disk: Disk): readonly TemplateFile[] {
  const files: TemplateFile[] = [];
  const named = (text: string): string => text.replaceAll('{{agent}}', agent);
  const walk = (folder: string, prefix: string): void => {
    for (const name of disk.list(folder)) {
      const path = join(folder, name);
      if (disk.lstat(path).isDirectory()) {
        walk(path, `${prefix}${name}/`);
      } else {
        const text = named(disk.readFile(path).toString('utf8'));
        files.push({ path: named(`${prefix}${DOTTED.get(name) ?? name}`), text });
      }
    }
  };
  walk(TEMPLATE, '');
  return files;
}

/**
 * Writes every file that is not there yet; what exists is left as it is. Answers the paths it made.
 * Nothing is synced: until the settings, which come last, are there, a boot begins again.
 */
export function installFiles(
  root: string,
  files: readonly TemplateFile[],
  disk: Disk,
): readonly string[] {
  const missing = files.filter(({ path }) => !disk.exists(join(root, path)));
  const last = missing.filter(({ path }) => path === SETTINGS);
  for (const { path, text } of [...missing.filter((file) => !last.includes(file)), ...last]) {
    disk.makeFolder(dirname(join(root, path)));
    const fd = disk.open(join(root, path), 'wx');
    try {
      disk.write(fd, Buffer.from(text));
    } finally {
      disk.close(fd);
    }
  }
  return missing.map(({ path }) => path);
}

const SETTINGS = 'datum.toml';

/** True when a folder holds nothing but what an interrupted boot may have left there. */
export function isFresh(root: string, files: readonly TemplateFile[], disk: Disk): boolean {
  const folders = new Set(['.git', '.datum', ...files.map(({ path }) => path.split('/')[0])]);
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  return disk.list(root).every((name) => {
    const path = join(root, name);
    if (name === SETTINGS || !folders.has(name)) return false;
    const kind = disk.lstat(path);
    if (name === '.git' || kind.isDirectory()) return true;
    return kind.isFile() && disk.readFile(path).toString('utf8') === texts.get(name);
  });
}
