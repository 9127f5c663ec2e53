import type { Database } from '../fact/index.ts';
import type { AgentFolder, Generator } from './folder.ts';
import {
  emptyIndex,
  type IndexedNote,
  indexNote,
  type MemoryIndex,
  parseMemoryIndex,
  printMemoryIndex,
  withoutLines,
} from './format/memory-index.ts';
import { isNoteFileName, NOTE_TYPES } from './format/note.ts';
import { pathOfDocument } from './home-path.ts';

/**
 * Prints an agent's `memory/INDEX.md`: a note without a line gets one, a line whose note is gone
 * goes, and of two lines for one note, as a union merge leaves them, the first stays. Everything
 * else, the words of each line among it, is a person's and is kept.
 */
export function memoryIndexGenerator({ path }: AgentFolder): Generator {
  const memory = path === '' ? 'memory' : `${path}/memory`;
  const file = `${memory}/INDEX.md`;
  return {
    path: file,
    print: async (database, current) => {
      const notes = await notesIn(database, memory);
      if (current === undefined && notes.size === 0) return undefined;
      const index = current === undefined ? emptyIndex(file) : parseMemoryIndex(current, file);
      return printMemoryIndex(complete(tidy(index, notes), notes));
    },
  };
}

/** The notes of a memory by file name, as facts tell of them. */
async function notesIn(
  database: Database,
  memory: string,
): Promise<ReadonlyMap<string, IndexedNote>> {
  const rows = await database.find([
    { e: { var: 'doc' }, a: 'note/type', v: { var: 'type' } },
    { e: { var: 'doc' }, a: 'note/name', v: { var: 'name' } },
    { e: { var: 'doc' }, a: 'note/description', v: { var: 'description' } },
  ]);
  const notes = rows.flatMap(({ doc, type, name, description }): readonly IndexedNote[] => {
    const path = pathOfDocument(String(doc)) ?? '';
    const file = path.slice(memory.length + 1);
    const known = NOTE_TYPES.find((one) => one === type);
    if (known === undefined || path !== `${memory}/${file}` || !isNoteFileName(file)) return [];
    return [{ type: known, name: String(name), description: String(description), file }];
  });
  return new Map(
    notes.toSorted((a, b) => (a.file < b.file ? 1 : -1)).map((note) => [note.file, note]),
  );
}

function tidy(index: MemoryIndex, notes: ReadonlyMap<string, IndexedNote>): MemoryIndex {
  const seen = new Set<string>();
  const surplus = index.entries.filter(({ file }) => {
    const isSurplus = isNoteFileName(file) && (!notes.has(file) || seen.has(file));
    seen.add(file);
    return isSurplus;
  });
  return withoutLines(
    index,
    surplus.map(({ line }) => line),
  );
}

function complete(index: MemoryIndex, notes: ReadonlyMap<string, IndexedNote>): MemoryIndex {
  const listed = new Set(index.entries.map(({ file }) => file));
  return [...notes.values()].filter(({ file }) => !listed.has(file)).reduce(indexNote, index);
}
