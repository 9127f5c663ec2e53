import { type Json, sha256 } from '../../base/index.ts';
import { type Problem, refuseProblems } from '../error.ts';
import { isDay } from './day.ts';
import { type FrontMatter, parseFrontMatter, setField } from './front-matter.ts';
import { bare, printSource, readSource, type SourceText, spliceLines } from './source-text.ts';
import { printYamlMap, type YamlField } from './yaml-print.ts';

/** A note of an agent's memory: `memory/<type>_<topic>.md` (atomic-runtime §4.1). */
export const NOTE_TYPES = ['user', 'feedback', 'project', 'decision', 'reference'] as const;
export type NoteType = (typeof NOTE_TYPES)[number];
export const CONFIDENCES = ['high', 'medium', 'low'] as const;
export type Confidence = (typeof CONFIDENCES)[number];

export interface Note {
  readonly source: SourceText;
  readonly name: string;
  readonly description: string;
  readonly type: NoteType;
  /** Days, `YYYY-MM-DD`. */
  readonly captured: string;
  readonly lastSeen: string;
  readonly sources: readonly string[];
  readonly confidence: Confidence;
  readonly pinned: boolean;
  readonly archived: boolean;
  readonly expiresAt?: string;
  readonly supersedes?: string;
  /** All notes that were merged into this one, when there are several. */
  readonly supersedesList?: readonly string[];
  readonly supersededBy?: string;
  readonly tags: readonly string[];
  /** Trimmed. */
  readonly body: string;
}

export const NAME_LENGTH_MAX = 80;
export const DESCRIPTION_LENGTH_MAX = 200;

/** Reads a note; throws `folder/bad-note` naming every rule it breaks, with lines. */
export function parseNote(content: Uint8Array | string, file: string): Note {
  const matter = parseFrontMatter(readSource(content, file));
  const { fields } = matter;
  refuseProblems('folder/bad-note', [...commonProblems(matter), ...noteProblems(matter)]);
  return {
    source: matter.source,
    name: fields['name'] as string,
    description: fields['description'] as string,
    type: fields['type'] as NoteType,
    captured: fields['captured'] as string,
    lastSeen: fields['last_seen'] as string,
    sources: fields['sources'] as readonly string[],
    confidence: fields['confidence'] as Confidence,
    pinned: fields['pinned'] === true,
    archived: fields['archived'] === true,
    ...optional('expiresAt', fields['expires_at']),
    ...optional('supersedes', fields['supersedes']),
    ...optional('supersededBy', fields['superseded_by']),
    ...(Array.isArray(fields['supersedes_list'])
      ? { supersedesList: fields['supersedes_list'] as readonly string[] }
      : {}),
    tags: (fields['tags'] ?? []) as readonly string[],
    body: matter.body,
  };
}

const optional = <Key extends string>(key: Key, value: Json | undefined) =>
  (typeof value === 'string' ? { [key]: value } : {}) as { readonly [K in Key]?: string };

/** The text of a note, byte for byte as read. */
export const printNote = ({ source }: Note): string => printSource(source);

const hints = {
  text: 'write text',
  day: 'write a day as YYYY-MM-DD',
  list: 'write a list of texts',
  flag: 'write true or false',
} as const;

interface Rule {
  readonly key: string;
  readonly must: string;
  readonly hint: string;
  readonly holds: (value: Json) => boolean;
  /** A field that may be absent or null. */
  readonly optional?: true;
}

const isText = (value: Json): value is string => typeof value === 'string';
// YAML 1.1 and its readers disagree on the last three.
const LINE_BREAK = /[\r\n\x85\u2028\u2029]/;
const isTextList = (value: Json): boolean =>
  Array.isArray(value) && value.every((item) => isText(item) && !LINE_BREAK.test(item));
const upTo = (max: number) => (value: Json) =>
  isText(value) && value.trim() !== '' && [...value].length <= max && !LINE_BREAK.test(value);

/** What notes and wiki pages share. */
const COMMON_RULES: readonly Rule[] = [
  {
    key: 'schema_version',
    must: 'must be 1',
    hint: 'write `schema_version: 1`',
    holds: (value) => value === 1,
  },
  {
    key: 'name',
    must: `must be one line of 1 to ${NAME_LENGTH_MAX} characters`,
    hint: 'shorten the name',
    holds: upTo(NAME_LENGTH_MAX),
  },
  {
    key: 'description',
    must: `must be one line of 1 to ${DESCRIPTION_LENGTH_MAX} characters`,
    hint: 'shorten the description',
    holds: upTo(DESCRIPTION_LENGTH_MAX),
  },
  { key: 'captured', must: 'must be a day', hint: hints.day, holds: isDay },
  { key: 'last_seen', must: 'must be a day', hint: hints.day, holds: isDay },
  {
    key: 'sources',
    must: 'must be a list with at least one text',
    hint: 'say where it is known from, one line each, for example `- observation`',
    holds: (value) => isTextList(value) && (value as readonly Json[]).length > 0,
  },
  {
    key: 'confidence',
    must: `must be one of ${CONFIDENCES.join(', ')}`,
    hint: 'write one of these words',
    holds: (value) => CONFIDENCES.some((word) => word === value),
  },
  {
    key: 'pinned',
    must: 'must be true or false',
    hint: hints.flag,
    holds: (value) => typeof value === 'boolean',
    optional: true,
  },
  { key: 'expires_at', must: 'must be a day', hint: hints.day, holds: isDay, optional: true },
  { key: 'supersedes', must: 'must be text', hint: hints.text, holds: isText, optional: true },
  { key: 'superseded_by', must: 'must be text', hint: hints.text, holds: isText, optional: true },
  { key: 'tags', must: 'must be a list', hint: hints.list, holds: isTextList, optional: true },
  {
    key: 'archived',
    must: 'must be true or false',
    hint: hints.flag,
    holds: (value) => typeof value === 'boolean',
    optional: true,
  },
];

const NOTE_RULES: readonly Rule[] = [
  {
    key: 'type',
    must: `must be one of ${NOTE_TYPES.join(', ')}`,
    hint: 'write one of these words',
    holds: (value) => NOTE_TYPES.some((word) => word === value),
  },
  {
    key: 'supersedes_list',
    must: 'must be a list',
    hint: hints.list,
    holds: isTextList,
    optional: true,
  },
];

/** Broken rules among those that notes and wiki pages share. */
export const commonProblems = (matter: FrontMatter): readonly Problem[] =>
  brokenRules(matter, COMMON_RULES);

const noteProblems = (matter: FrontMatter): readonly Problem[] => brokenRules(matter, NOTE_RULES);

function brokenRules(matter: FrontMatter, rules: readonly Rule[]): readonly Problem[] {
  return rules.flatMap(({ key, must, hint, holds, optional }): readonly Problem[] => {
    const value = matter.fields[key] ?? null;
    if (value === null && optional) return [];
    const { file } = matter.source;
    const line = matter.lineOf(key);
    if (value === null) {
      return [
        { file, line, message: `\`${key}\` is missing`, hint: `add \`${key}:\`; it ${must}` },
      ];
    }
    return holds(value) ? [] : [{ file, line, message: `\`${key}\` ${must}`, hint }];
  });
}

const FILE_NAME =
  /^(?:user|feedback|project|decision|reference)(?:_\d{4}(?:-q[1-4]|-\d{2})?)?_[a-z0-9_]+\.md$/;

/** True for the file name of a note; `INDEX.md` and its slices `INDEX_*.md` are none. */
export const isNoteFileName = (name: string): boolean => FILE_NAME.test(name);

/**
 * The file name of a new note. A name without a single ASCII letter or digit gets a hash, so that
 * two such notes do not share a file.
 *
 * @example
 * noteFileName('feedback', 'Debt priority order'); // => 'feedback_debt_priority_order.md'
 */
export function noteFileName(type: NoteType, name: string): string {
  const topic = name.toLowerCase().replace(/[^a-z0-9]+/g, '_');
  const trimmed = topic.replace(/^_|_$/g, '');
  return `${type}_${trimmed === '' ? sha256(name).slice(0, 8) : trimmed}.md`;
}

/** What a new note is made of. */
export type NoteContent = Omit<Note, 'source' | 'archived' | 'pinned' | 'tags'> &
  Partial<Pick<Note, 'pinned' | 'tags'>>;

/**
 * A new note: `---`, YAML with its keys in alphabetical order, `---`, an empty line, the body.
 * Optional fields are written only when set. Throws `folder/bad-note` like {@link parseNote}.
 */
export function newNote(content: NoteContent, file: string): Note {
  const fields: Record<string, YamlField> = {
    schema_version: 1,
    name: content.name,
    description: content.description,
    type: content.type,
    captured: content.captured,
    last_seen: content.lastSeen,
    sources: content.sources,
    confidence: content.confidence,
  };
  if (content.pinned === true) fields['pinned'] = true;
  if (content.expiresAt !== undefined) fields['expires_at'] = content.expiresAt;
  if (content.supersedes !== undefined) fields['supersedes'] = content.supersedes;
  if (content.supersedesList !== undefined) fields['supersedes_list'] = content.supersedesList;
  if (content.supersededBy !== undefined) fields['superseded_by'] = content.supersededBy;
  if (content.tags !== undefined && content.tags.length > 0) fields['tags'] = content.tags;
  return parseNote(`---\n${printYamlMap(fields)}---\n\n${content.body}\n`, file);
}

/** What an edit of a note may change in its front matter. */
export interface NoteChange {
  readonly lastSeen?: string;
  /** Added to those it has, without doubles. */
  readonly addSources?: readonly string[];
  readonly pinned?: boolean;
  readonly archived?: boolean;
  readonly expiresAt?: string | null;
  readonly supersedes?: string | null;
  readonly supersededBy?: string | null;
}

/** The note with some fields changed in place; everything else keeps its bytes. */
export function changeNote(note: Note, change: NoteChange): Note {
  const { addSources = [] } = change;
  const sources = [...new Set([...note.sources, ...addSources])];
  const fields: readonly (readonly [string, Json | undefined])[] = [
    ['last_seen', change.lastSeen],
    ['sources', sources.length > note.sources.length ? sources : undefined],
    ['pinned', change.pinned],
    ['archived', change.archived],
    ['expires_at', change.expiresAt],
    ['supersedes', change.supersedes],
    ['superseded_by', change.supersededBy],
  ];
  let { source } = note;
  for (const [key, value] of fields) {
    if (value !== undefined) source = setField(source, key, value);
  }
  return parseNote(printSource(source), source.file);
}

/** The note with text added after its body, an empty line between. */
export function appendToBody(note: Note, text: string): Note {
  const { source } = note;
  let end = source.lines.length;
  while (end > 0 && bare(source.lines[end - 1] as string).trim() === '') end -= 1;
  const insert = ['', ...text.trim().split(/\r?\n/)];
  const edited = spliceLines(source, { start: end, remove: 0, insert });
  return parseNote(printSource(edited), source.file);
}
