import { type FolderContext, readFound } from './context.ts';
import { DOCUMENT } from './document-facts.ts';
import type { DocumentChange } from './folder.ts';
import { pathOfDocument } from './home-path.ts';
import { walk } from './walk.ts';

/** Documents whose file is not what the log says, in the order of their paths; writes nothing. */
export async function differences(context: FolderContext): Promise<readonly DocumentChange[]> {
  const { log, root, disk, git } = context;
  const database = await log.at();
  const rows = await database.find([{ e: { var: 'doc' }, a: DOCUMENT.hash, v: { var: 'hash' } }]);
  const known = new Map(rows.map(({ doc, hash }) => [pathOfDocument(String(doc)), String(hash)]));
  const { files } = walk(root, disk, new Set((await git?.ignored()) ?? []));
  const changes = files.flatMap(({ path, kind }): readonly DocumentChange[] => {
    if (kind !== 'document') return [];
    const then = known.get(path);
    known.delete(path);
    if (then === readFound(context, path)?.hash) return [];
    return [{ path, kind: then === undefined ? 'added' : 'changed' }];
  });
  const gone = [...known.keys()].flatMap((path): readonly DocumentChange[] =>
    path === undefined ? [] : [{ path, kind: 'removed' }],
  );
  return [...changes, ...gone].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
