/** `folder`: the files people read and edit, byte for byte, and their way into facts and back. */

// What can go wrong.
export { FolderError, type Problem } from './error.ts';

// Files and facts in step.
export type {
  Adoption,
  AgentFolder,
  AppendResult,
  DocumentChange,
  DocumentConflict,
  EntriesTaken,
  Folder,
  FolderOptions,
  Generator,
  Mark,
  Marks,
  ReconcileReport,
  RestoreOptions,
  RestoreReport,
  StoredDocument,
  WriteDocumentOptions,
  WriteOptions,
  WriteResult,
} from './folder.ts';

// Text, Markdown and front matter under every format.
export { type FrontMatter, parseFrontMatter, printFrontMatter, setField } from './front-matter.ts';
// Memory.
export {
  emptyIndex,
  generateIndex,
  type IndexEntry,
  type IndexedNote,
  indexNote,
  type MemoryIndex,
  parseMemoryIndex,
  printMemoryIndex,
  sectionOfType,
  unindexNote,
} from './memory-index.ts';
export {
  appendToBody,
  CONFIDENCES,
  type Confidence,
  changeNote,
  isNoteFileName,
  NOTE_TYPES,
  type Note,
  type NoteChange,
  type NoteContent,
  type NoteType,
  newNote,
  noteFileName,
  parseNote,
  printNote,
} from './note.ts';
export { bulletsOf, fencesOf, type Section, sectionsOf } from './sections.ts';
export { appendLines, printSource, readSource, type SourceText } from './source-text.ts';
export { parseWikiPage, printWikiPage, type WikiPage } from './wiki-page.ts';
