import { type Json, ref, type Sha256 } from '../base/index.ts';
import type { Entity, FactInput, Precondition } from '../fact/index.ts';
import { FolderError, type Problem } from './error.ts';
import { parseGoalFile } from './format/goal-file.ts';
import { parseMcpFile } from './format/mcp-file.ts';
import { parseModelFile } from './format/model-file.ts';
import { isNoteFileName, type Note, parseNote } from './format/note.ts';
import { readSource } from './format/source-text.ts';
import { parseToml } from './format/toml-text.ts';
import { parseToolManifest } from './format/tool-manifest.ts';
import { parseWikiPage } from './format/wiki-page.ts';
import { documentEntity } from './home-path.ts';

/** Attributes of `doc:<path>`. */
export const DOCUMENT = {
  /** SHA-256 of the content, which is a blob; absent when there is no such document. */
  hash: 'doc/hash',
  /** The document it was before it was moved. */
  movedFrom: 'doc/moved-from',
  /** A version that was written while somebody else changed the file: its hash and transaction. */
  conflict: 'doc/conflict',
} as const;

/** What a note or wiki page says of itself, as facts, so that they can be found. */
const NOTE_FACTS = {
  'note/name': (note: NoteLike) => note.name,
  'note/description': (note: NoteLike) => note.description,
  'note/type': (note: NoteLike) => note.type,
  'note/confidence': (note: NoteLike) => note.confidence,
  'note/tags': (note: NoteLike) => note.tags,
} as const;
type NoteLike = Pick<Note, 'name' | 'description' | 'confidence' | 'tags'> & {
  readonly type: string;
};

/** What is declared of the room's attributes, as facts for the first transaction that uses them. */
export const DECLARED: readonly FactInput[] = [
  declared('doc/hash', 'attribute/indexed', true),
  declared('entry/file', 'attribute/indexed', true),
  declared('note/type', 'attribute/indexed', true),
  declared('run/agent', 'attribute/indexed', true),
  declared('run/status', 'attribute/indexed', true),
];

function declared(attribute: string, property: string, value: Json): FactInput {
  return { e: `attr:${attribute}`, a: property, v: value, validFrom: 'always' };
}

/** What a document is read as, and what is wrong with it. */
interface ReadDocument {
  readonly note?: NoteLike;
  readonly problems: readonly Problem[];
}

/** Reads a document by the format its path stands for; other text is only checked to be text. */
export function readDocumentFormat(path: string, content: Uint8Array): ReadDocument {
  try {
    const note = readFormat(path, content);
    return { ...(note === undefined ? {} : { note }), problems: [] };
  } catch (error) {
    if (!(error instanceof FolderError)) throw error;
    return { problems: error.problems };
  }
}

function readFormat(path: string, content: Uint8Array): NoteLike | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const folder = path
    .slice(0, -name.length - 1)
    .split('/')
    .at(-1);
  if (folder === 'memory' && isNoteFileName(name)) return parseNote(content, path);
  if (folder === 'wiki' && name.endsWith('.md') && !/^(?:INDEX|README)/.test(name)) {
    return { ...parseWikiPage(content, path), type: 'wiki_page' };
  }
  if (name === 'model.md') parseModelFile(content, path);
  else if (name === 'mcp.md') parseMcpFile(content, path);
  else if (name === 'goal.md') parseGoalFile(content, path);
  else if (name.endsWith('.toml')) parseToml(content, path);
  else if (path.endsWith('tools/manifest.json')) parseToolManifest(content, path);
  else readSource(content, path);
  return undefined;
}

/** The state of a document as the log has it. */
export interface KnownDocument {
  readonly entity: Entity;
  /** `undefined`: no such document. */
  readonly hash: Sha256 | undefined;
  readonly facts: Readonly<Record<string, Json>>;
}

/** A document of the log from the attributes of its entity. */
export function knownDocument(path: string, facts: Readonly<Record<string, Json>>): KnownDocument {
  const hash = facts[DOCUMENT.hash];
  return {
    entity: documentEntity(path),
    hash: typeof hash === 'string' ? hash : undefined,
    facts,
  };
}

/** What must still hold for a change of a document to be written. */
export const unchangedSince = ({ entity, hash }: KnownDocument): Precondition =>
  hash === undefined
    ? { e: entity, a: DOCUMENT.hash, absent: true }
    : { e: entity, a: DOCUMENT.hash, is: hash };

/** A new content of a document. */
export interface NewContent {
  readonly path: string;
  readonly content: Uint8Array;
  readonly hash: Sha256;
}

/** The facts that a document now has a content, and what is wrong with it. */
export function contentFacts(
  known: KnownDocument,
  { path, content, hash }: NewContent,
): { readonly facts: readonly FactInput[]; readonly problems: readonly Problem[] } {
  const { note, problems } = readDocumentFormat(path, content);
  const wanted: Record<string, Json> = { [DOCUMENT.hash]: hash };
  if (note !== undefined) {
    for (const [a, read] of Object.entries(NOTE_FACTS)) wanted[a] = read(note);
  }
  const asserted = Object.entries(wanted).map(([a, v]): FactInput => ({ e: known.entity, a, v }));
  return { facts: [...asserted, ...retracted(known, (a) => a in wanted)], problems };
}

/** The facts that there is no such document any more. */
export const removalFacts = (known: KnownDocument): readonly FactInput[] => [
  { e: known.entity, a: DOCUMENT.hash, op: 'retract' },
  ...retracted(known, (a) => a === DOCUMENT.hash),
];

/** The fact that a document is another one under a new name. */
export const movedFact = (entity: Entity, from: string): FactInput => ({
  e: entity,
  a: DOCUMENT.movedFrom,
  v: ref(documentEntity(from)),
});

const retracted = (known: KnownDocument, keeps: (attribute: string) => boolean) =>
  [...Object.keys(NOTE_FACTS), DOCUMENT.conflict]
    .filter((a) => a in known.facts && !keeps(a))
    .map((a): FactInput => ({ e: known.entity, a, op: 'retract' }));
