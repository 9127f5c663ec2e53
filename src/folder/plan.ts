import { basename, dirname, join } from 'node:path';
import type { Sha256 } from '../base/index.ts';
import type { BlobRef, Database, Entity, FactInput } from '../fact/index.ts';
import { type DiskFile, type FolderContext, readFound } from './context.ts';
import {
  contentFacts,
  type KnownDocument,
  knownDocument,
  movedFact,
  removalFacts,
} from './document-facts.ts';
import { documentStep, type LostSide } from './document-step.ts';
import { entriesStep } from './entries-step.ts';
import { ENTRY, entryFacts, placeOf } from './entry-facts.ts';
import type { Problem } from './error.ts';
import { type EntriesKind, fileKind } from './file-kind.ts';
import type { DocumentChange } from './folder.ts';
import { documentEntity } from './home-path.ts';
import { conflictFact } from './keep-version.ts';
import { oneByOne } from './one-by-one.ts';
import { type Settle, settling } from './stamp.ts';
import type { Touched } from './touched.ts';
import type { FoundFile } from './walk.ts';

/** Facts that belong in one transaction. */
export interface Piece {
  readonly facts: readonly FactInput[];
  readonly blobs: readonly BlobRef[];
}

/** A file as it was read. */
export interface SeenFile {
  readonly hash: Sha256;
  readonly size: number;
  /** How it looked from outside, when that stands for its content. */
  readonly stamp?: string;
}

/** What one file adds to the next transaction, and what is to be written to it afterwards. */
export interface FilePlan {
  readonly path: string;
  readonly pieces: readonly Piece[];
  readonly change?: DocumentChange;
  readonly conflict?: LostSide;
  /** New entries among the facts. */
  readonly entries: number;
  /** Entries of the log to be put at the end of the file. */
  readonly unwritten: readonly Entity[];
  /** A document of the log to be written to the file, `null` to be removed from disk. */
  readonly write?: Sha256 | null;
  readonly problems: readonly Problem[];
  /** The file as it was read; absent when there is none. */
  readonly seen?: SeenFile;
  /** The document as the log has it. */
  readonly known?: KnownDocument;
}

const nothing = { pieces: [], entries: 0, unwritten: [], problems: [] } as const;

export interface PlanInput {
  readonly found: readonly FoundFile[];
  readonly database: Database;
  readonly touched: Touched;
  /** Only these paths; all when absent. */
  readonly only: ReadonlySet<string> | undefined;
}

/** So much is planned at the same time, so that new contents share syncs and memory stays bounded. */
const TOGETHER_FILES_MAX = 1024;
const TOGETHER_BYTES_MAX = 16 * 1024 * 1024;

/** Compares every file with its facts; files that neither side changed are not in the answer. */
export async function planReconcile(
  context: FolderContext,
  { found, database, touched, only }: PlanInput,
): Promise<readonly FilePlan[]> {
  const present = new Map(found.map((file) => [file.path, file]));
  const paths = [...(only ?? allPaths(context, present, touched))];
  const settle = settling(context);
  const taken = new Map<Entity, Sha256>();
  const inTurn = oneByOne();
  const planned: (FilePlan | undefined)[] = [];
  const sizeOf = (path: string): number => present.get(path)?.size ?? 0;
  for (const some of portions(paths, sizeOf)) {
    const plans = some.map((path) =>
      planPath(context, {
        path,
        there: present.get(path),
        database,
        touched,
        taken,
        settle,
        inTurn,
      }),
    );
    planned.push(...(await Promise.all(plans)));
  }
  return withMoves(planned.filter((plan) => plan !== undefined));
}

function* portions(
  paths: readonly string[],
  sizeOf: (path: string) => number,
): Iterable<readonly string[]> {
  let some: string[] = [];
  let bytes = 0;
  for (const path of paths) {
    some.push(path);
    bytes += sizeOf(path);
    if (some.length < TOGETHER_FILES_MAX && bytes < TOGETHER_BYTES_MAX) continue;
    yield some;
    some = [];
    bytes = 0;
  }
  yield some;
}

interface PathInput {
  readonly path: string;
  /** The file a walk found there. */
  readonly there: FoundFile | undefined;
  readonly database: Database;
  readonly touched: Touched;
  /** Entities given out to entries since the database was read. */
  readonly taken: Map<Entity, Sha256>;
  readonly settle: Settle;
  /** Entries are planned one file after another: two may want the same entity. */
  readonly inTurn: ReturnType<typeof oneByOne>;
}

/** `undefined` when neither side changed. */
async function planPath(
  context: FolderContext,
  { path, there, database, touched, taken, settle, inTurn }: PathInput,
): Promise<FilePlan | undefined> {
  const kind = fileKind(path);
  // What is on disk but was not found is ignored, a link or too large: it is left alone.
  if (kind === undefined || (there === undefined && isListed(context, path))) return undefined;
  const mark = context.marks.get(path);
  const isTouched = touched.has(path);
  if (!isTouched && there !== undefined && mark?.stamp === there.stamp.text) return undefined;
  const stamp = there && settle(there.stamp);
  const file = there && readFound(context, path);
  if (!isTouched && mark?.hash === file?.hash) {
    if (mark !== undefined && stamp !== undefined) context.marks.set(path, { ...mark, stamp });
    return undefined;
  }
  const plan =
    kind === 'document'
      ? await planDocument(context, { path, file, database })
      : await inTurn(() => planEntries(context, { path, kind, file, database, touched, taken }));
  return stamped(plan, stamp);
}

const stamped = (plan: FilePlan, stamp: string | undefined): FilePlan =>
  plan.seen === undefined || stamp === undefined
    ? plan
    : { ...plan, seen: { ...plan.seen, stamp } };

const allPaths = (
  { marks }: FolderContext,
  present: ReadonlyMap<string, FoundFile>,
  touched: Touched,
): readonly string[] =>
  [...new Set([...present.keys(), ...marks.paths(), ...touched.paths])].sort();

/** True when a folder lists the name exactly so; a file system may find it in another case. */
function isListed({ root, disk }: FolderContext, path: string): boolean {
  const folder = join(root, dirname(path));
  return disk.exists(folder) && disk.list(folder).includes(basename(path));
}

async function planDocument(
  context: FolderContext,
  { path, file, database }: { path: string; file: DiskFile | undefined; database: Database },
): Promise<FilePlan> {
  const { log, marks } = context;
  const known = knownDocument(path, await database.entity(documentEntity(path)));
  const step = await documentStep({ file, known, mark: marks.get(path) }, { log, database });
  const seen = file === undefined ? {} : { seen: { hash: file.hash, size: file.content.length } };
  const base = { ...nothing, path, known, ...seen };
  if (step.do === 'nothing') return base;
  if (step.do === 'write') return { ...base, write: known.hash ?? null };
  if (file === undefined) {
    const change = { path, kind: 'removed' } as const;
    const piece = { facts: removalFacts(known), blobs: [] };
    return { ...base, pieces: [piece], change };
  }
  const blob = await log.blobs.put(file.content, 'git');
  const { conflict } = step;
  const { facts, problems } = contentFacts(known, { path, ...file });
  const lost = conflict === undefined ? [] : [conflictFact(known.entity, conflict)];
  return {
    ...base,
    pieces: [{ facts: [...facts, ...lost], blobs: [blob] }],
    change: { path, kind: known.hash === undefined ? 'added' : 'changed' },
    ...(conflict === undefined ? {} : { conflict }),
    problems,
  };
}

interface EntriesInput {
  readonly path: string;
  readonly kind: EntriesKind;
  readonly file: DiskFile | undefined;
  readonly database: Database;
  readonly touched: Touched;
  readonly taken: Map<Entity, Sha256>;
}

async function planEntries(
  context: FolderContext,
  { path, kind, file, database, touched, taken }: EntriesInput,
): Promise<FilePlan> {
  const { log, marks } = context;
  const isTouched = touched.has(path);
  const sides = { path, kind, file, mark: marks.get(path), isTouched };
  const { read, unwritten, removed, problems } = await entriesStep(sides, { log, database });
  const pieces: Piece[] = removed.map((e) => ({
    facts: Object.values(ENTRY).map((a): FactInput => ({ e, a, op: 'retract' })),
    blobs: [],
  }));
  for (const entry of read) {
    const { entity, isKnown } = await placeOf({ path, entry }, { database, taken });
    if (isKnown) continue;
    const made = await entryFacts({ path, entry, entity }, log.blobs);
    pieces.push(made);
  }
  return {
    path,
    pieces,
    entries: pieces.length - removed.length,
    unwritten,
    problems,
    ...(file === undefined ? {} : { seen: { hash: file.hash, size: file.content.length } }),
  };
}

/** A document that is gone here and new there, with the same content, was moved. */
function withMoves(plans: readonly FilePlan[]): readonly FilePlan[] {
  const gone = plans.filter(({ change }) => change?.kind === 'removed');
  const moved = new Map<FilePlan, FilePlan>();
  for (const plan of plans) {
    if (plan.change?.kind !== 'added') continue;
    const candidates = gone.filter(
      (old) => old.known?.hash === plan.seen?.hash && ![...moved.values()].includes(old),
    );
    const from = candidates.find(({ path }) => nameOf(path) === nameOf(plan.path)) ?? candidates[0];
    if (from !== undefined) moved.set(plan, from);
  }
  return plans.map((plan) => {
    const from = moved.get(plan);
    if (from !== undefined) return moveOf(plan, from);
    if (![...moved.values()].includes(plan)) return plan;
    const { change: _, ...rest } = plan;
    return rest;
  });
}

/** Compared without case, so that a rename in case alone is the likeliest move. */
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1).toLowerCase();

const moveOf = (plan: FilePlan, from: FilePlan): FilePlan => ({
  ...plan,
  pieces: [...plan.pieces, { facts: [movedFact(documentEntity(plan.path), from.path)], blobs: [] }],
  change: { path: plan.path, kind: 'moved', from: from.path },
});
