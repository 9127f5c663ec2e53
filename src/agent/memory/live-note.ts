import { type Folder, FolderError, type Note, parseNote } from '../../folder/index.ts';

/** The note at a path of the home, when it is there and neither archived nor superseded. */
export async function liveNote(
  folder: Pick<Folder, 'readDocument'>,
  path: string,
): Promise<Note | undefined> {
  const stored = await folder.readDocument(path);
  if (stored === undefined) return undefined;
  try {
    const note = parseNote(stored.content, path);
    return note.archived || note.supersededBy !== undefined ? undefined : note;
  } catch (error) {
    // A damaged note is named by `datum memory lint`.
    if (error instanceof FolderError) return undefined;
    throw error;
  }
}
