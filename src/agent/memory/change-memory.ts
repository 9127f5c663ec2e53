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
import type { AgentSnapshot } from '../prompt/snapshot.ts';

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

/** Replaces the body of a kept version; its front matter stays. The log still knows the old text. */
export async function redactKept(
  { folder, snapshot, write }: MemoryWrite,
  { file, hash }: { readonly file: string; readonly hash: string },
): Promise<string> {
  const version = versionsOf(snapshot, file).find((each) => each.hash === hash);
  if (version === undefined) throw noNote(`${file} with a version ${hash}`);
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

const changed = (path: string, found: Sha256 | null): AgentError =>
  new AgentError({
    code: 'agent/note-busy',
    kind: 'busy',
    message: `${path} was changed meanwhile`,
    hint: 'run the command again',
    data: { path, found },
  });
