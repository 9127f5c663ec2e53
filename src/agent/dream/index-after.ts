import {
  addBullet,
  appendLines,
  emptyIndex,
  indexNote,
  type Note,
  parseMemoryIndex,
  parseNote,
  printMemoryIndex,
  printSource,
  sectionsOf,
  unindexNote,
} from '../../folder/index.ts';
import type { PlannedFile } from './plan-apply.ts';

const ARCHIVE = 'Archive (superseded)';

/**
 * The index after an apply, made from the one that is there, so that lines written by hand stay: a
 * merged or new note has its line, a retired one its line in the archive.
 */
export function indexAfter(current: string | undefined, files: readonly PlannedFile[]): string {
  let index =
    current === undefined
      ? emptyIndex('memory/INDEX.md')
      : parseMemoryIndex(current, 'memory/INDEX.md');
  for (const { file, before, text } of files) {
    const note = parseNote(text, file);
    if (note.supersededBy !== undefined) index = archive(unindexNote(index, file), file, note);
    else if (before === undefined || !isListedAs(before.text, file, note)) {
      const { type, name, description } = note;
      index = indexNote(index, { type, name, description, file });
    }
  }
  return printMemoryIndex(index);
}

const isListedAs = (before: string, file: string, { name, description }: Note): boolean => {
  const old = parseNote(before, file);
  return old.name === name && old.description === description;
};

function archive(
  index: ReturnType<typeof unindexNote>,
  file: string,
  { name, supersededBy }: Note,
) {
  const { source } = index;
  const line = `[${name}](${file}) — superseded by ${supersededBy}`;
  const section = sectionsOf(source).find(({ heading }) => /^archive\b/i.test(heading));
  const edited =
    section === undefined
      ? appendLines(source, ['', `## ${ARCHIVE}`, `- ${line}`])
      : addBullet(source, section, line);
  return parseMemoryIndex(printSource(edited), source.file);
}
