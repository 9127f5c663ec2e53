import { type FolderContext, readFound } from './context.ts';
import { readDocumentFormat } from './document-facts.ts';
import { readEntries } from './entries.ts';
import type { Problem } from './error.ts';
import { walk } from './walk.ts';

/** Reads every file in its format; all that is wrong, in the order of the paths. */
export async function checkFiles(context: FolderContext): Promise<readonly Problem[]> {
  const { root, disk, git } = context;
  const { files, problems } = walk(root, disk, new Set((await git?.ignored()) ?? []));
  const found = files.flatMap(({ path, kind }): readonly Problem[] => {
    const content = readFound(context, path)?.content;
    if (content === undefined) return [];
    if (kind === 'document') return readDocumentFormat(path, content).problems;
    return readEntries(kind, content, path).damaged;
  });
  return [...problems, ...found].toSorted((a, b) =>
    a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line,
  );
}
