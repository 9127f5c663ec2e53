import { join, sep } from 'node:path';
import type { Disk } from '../base/index.ts';

/** A file that boot puts into a new workshop. */
export interface TemplateFile {
  /** Path in the home, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

const FOLDER = join(import.meta.dirname, '..', '..', 'templates', 'workshop');

/** npm leaves files of these names out of a package, so they are shipped without the dot. */
const DOTTED = new Map([
  ['gitignore', '.gitignore'],
  ['gitattributes', '.gitattributes'],
]);

/** All files of a new workshop for an agent of this name, in path order. */
export function workshopFiles(agent: string, disk: Disk): readonly TemplateFile[] {
  const files: TemplateFile[] = [];
  const walk = (folder: string, prefix: string): void => {
    for (const name of disk.list(folder)) {
      const path = join(folder, name);
      if (disk.lstat(path).isDirectory()) {
        walk(path, `${prefix}${name}/`);
      } else {
        const text = disk.readFile(path).toString('utf8').replaceAll('{{agent}}', agent);
        files.push({ path: `${prefix}${DOTTED.get(name) ?? name}`, text });
      }
    }
  };
  walk(FOLDER, '');
  return files;
}

/** Puts every file that is not there yet; what exists is left as it is. Answers the paths it made. */
export function installFiles(
  root: string,
  files: readonly TemplateFile[],
  write: (path: string, text: string) => void,
  disk: Disk,
): readonly string[] {
  const missing = files.filter(({ path }) => !disk.exists(join(root, ...path.split('/'))));
  for (const { path, text } of missing) write(path.split('/').join(sep), text);
  return missing.map(({ path }) => path);
}
