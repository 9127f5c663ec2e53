import type { Sha256 } from '../../base/index.ts';
import {
  changeNote,
  type Folder,
  parseNote,
  parseVersionFileName,
  printNote,
  redactVersion,
  versionFileName,
  versionsFolder,
  type WriteOptions,
} from '../../folder/index.ts';
import { AgentError } from '../error.ts';
import type { FiledNote } from '../prompt/notes.ts';
import type { AgentSnapshot } from '../prompt/snapshot.ts';
import { contradictions } from './contradictions.ts';

/** A version of a note that is kept beside it. */
export interface KeptVersion {
  /** Path of the version in the agent's folder. */
  readonly path: string;
  /** First 8 hex digits of its hash. */
  readonly hash: string;
  /** The time in its name. */
  readonly at: number;
}

/** The versions kept of a note, oldest first. */
export function versionsOf(snapshot: AgentSnapshot, file: string): readonly KeptVersion[] {
  const folder = `memory/${versionsFolder(file)}/`;
  return snapshot.paths
    .filter((path) => path.startsWith(folder))
    .flatMap((path) => {
      const version = parseVersionFileName(path.slice(folder.length));
      return version === undefined ? [] : [{ path, ...version }];
    });
}

/** Where a change of memory is written. */
export interface MemoryWrite {
  readonly folder: Folder;
  readonly snapshot: AgentSnapshot;
  readonly write: WriteOptions;
  /** Microseconds, for the name of a version. */
  readonly now: number;
}

/**
 * Marks a note as promoted to the persona: `superseded_by: persona/<file>#<anchor>`, so it no longer
 * stands among the recent ones. What the persona says is for a person to write.
 */
export async function promoteNote(
  { folder, snapshot, write, now }: MemoryWrite,
  { file, to }: { readonly file: string; readonly to: string },
): Promise<void> {
  if (!/^persona\/(?:IDENTITY|SOUL|USER)\.md(?:#[\w-]+)?$/.test(to)) {
    const hint = 'use persona/USER.md#section, or IDENTITY.md or SOUL.md';
    throw new AgentError({
      code: 'agent/bad-promotion',
      kind: 'usage',
      message: `a note cannot be promoted to ${to}`,
      hint,
    });
  }
  const path = snapshot.inHome(`memory/${file}`);
  const stored = await folder.readDocument(path);
  if (stored === undefined) throw noNote(file);
  const note = parseNote(stored.content, path);
  const version = versionFileName(now, printNote(note));
  const kept = snapshot.inHome(`memory/${versionsFolder(file)}/${version}`);
  const content = printNote(changeNote(note, { supersededBy: to }));
  const result = await folder.writeDocuments(
    [
      { path: kept, content: printNote(note) },
      { path, content, ifHash: stored.hash },
    ],
    write,
  );
  if (!result.ok) throw changed(path, result.found);
}

/**
 * Lets the later of two contradicting notes supersede the earlier one, linked both ways, with a
 * version of each; nothing is deleted. Contradictions a person must decide are left alone. Answers
 * the files, the superseded one first.
 */
export async function settleContradictions(
  { folder, snapshot, write, now }: MemoryWrite,
  notes: readonly FiledNote[],
): Promise<readonly (readonly [earlier: string, later: string])[]> {
  const live = notes.filter(({ note }) => !note.archived && note.supersededBy === undefined);
  const settled: (readonly [string, string])[] = [];
  for (const { earlier, later, ask } of contradictions(live)) {
    if (ask !== undefined) continue;
    const changes = [
      { ...earlier, change: { supersededBy: later.file } },
      { ...later, change: { supersedes: earlier.file } },
    ];
    const writes = changes.flatMap(({ file, note, change }) => {
      const text = printNote(note);
      const kept = `memory/${versionsFolder(file)}/${versionFileName(now, text)}`;
      const path = snapshot.inHome(`memory/${file}`);
      const ifHash = snapshot.hashOf(`memory/${file}`) as Sha256;
      return [
        { path: snapshot.inHome(kept), content: text },
        { path, content: printNote(changeNote(note, change)), ifHash },
      ];
    });
    const result = await folder.writeDocuments(writes, write);
    if (!result.ok) throw changed(result.path, result.found);
    settled.push([earlier.file, later.file]);
  }
  return settled;
}

/** Replaces the body of a kept version; its front matter stays. The log still knows the old text. */
export async function redactKept(
  { folder, snapshot, write }: MemoryWrite,
  { file, hash }: { readonly file: string; readonly hash: string },
): Promise<string> {
  const version = versionsOf(snapshot, file).find((each) => each.hash === hash);
  if (version === undefined) throw noVersion(snapshot.agent, { file, hash });
  const path = snapshot.inHome(version.path);
  const stored = await folder.readDocument(path);
  if (stored === undefined) throw noNote(version.path);
  const content = redactVersion(stored.content, path);
  const result = await folder.writeDocument(path, content, { ...write, ifHash: stored.hash });
  if (!result.ok) throw changed(path, result.found);
  return version.path;
}

const noNote = (what: string): AgentError =>
  new AgentError({
    code: 'agent/no-such-note',
    kind: 'usage',
    message: `there is no note ${what} in this memory`,
    hint: 'list them with: datum memory list <agent>',
  });

const noVersion = (
  agent: string,
  { file, hash }: { readonly file: string; readonly hash: string },
): AgentError =>
  new AgentError({
    code: 'agent/no-such-version',
    kind: 'usage',
    message: `no version ${hash} of ${file} is kept`,
    hint: `list them with: datum memory redact ${agent} ${file}`,
  });

const changed = (path: string, found: Sha256 | null): AgentError =>
  new AgentError({
    code: 'agent/note-busy',
    kind: 'busy',
    message: `${path} was changed meanwhile`,
    hint: 'run the command again',
    data: { path, found },
  });
