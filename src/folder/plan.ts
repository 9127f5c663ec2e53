import type { Sha256 } from '../base/index.ts';
import type { BlobRef, Database, Entity, FactInput, Precondition } from '../fact/index.ts';
import { type DiskFile, type FolderContext, readDisk } from './context.ts';
import {
  contentFacts,
  DOCUMENT,
  type KnownDocument,
  knownDocument,
  movedFact,
  removalFacts,
  unchangedSince,
} from './document-facts.ts';
import { documentStep, type LostSide } from './document-step.ts';
import { entriesStep } from './entries-step.ts';
import { ENTRY, entryFacts, placeOf } from './entry-facts.ts';
import { FolderError, type Problem } from './error.ts';
import { type EntriesKind, fileKind } from './file-kind.ts';
import type { DocumentChange } from './folder.ts';
import { documentEntity } from './home-path.ts';
import type { Touched } from './touched.ts';
import type { FoundFile } from './walk.ts';

/** What one file adds to the next transaction, and what is to be written to it afterwards. */
export interface FilePlan {
  readonly path: string;
  readonly facts: readonly FactInput[];
  readonly blobs: readonly BlobRef[];
  readonly if: readonly Precondition[];
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
  readonly seen?: { readonly hash: Sha256; readonly size: number };
  /** The document as the log has it. */
  readonly known?: KnownDocument;
}

const nothing = { facts: [], blobs: [], if: [], entries: 0, unwritten: [], problems: [] } as const;

export interface PlanInput {
  readonly found: readonly FoundFile[];
  readonly database: Database;
  readonly touched: Touched;
}

/** Compares every file with its facts; files that neither side changed are not in the answer. */
export async function planReconcile(
  context: FolderContext,
  { found, database, touched }: PlanInput,
): Promise<readonly FilePlan[]> {
  const taken = new Map<Entity, Sha256>();
  const plans: FilePlan[] = [];
  for (const path of allPaths(context, found, touched)) {
    const kind = fileKind(path) ?? 'document';
    const read = tryRead(context, path);
    if ('problem' in read) {
      plans.push({ ...nothing, path, problems: [read.problem] });
      continue;
    }
    const { file } = read;
    const mark = context.marks.get(path);
    if (mark?.hash === file?.hash && !touched.has(path)) continue;
    plans.push(
      kind === 'document'
        ? await planDocument(context, { path, file, database })
        : await planEntries(context, { path, kind, file, database, touched, taken }),
    );
  }
  return withMoves(plans);
}

const allPaths = (
  { marks }: FolderContext,
  found: readonly FoundFile[],
  touched: Touched,
): readonly string[] =>
  [...new Set([...found.map(({ path }) => path), ...marks.paths(), ...touched.paths])].sort();

function tryRead(context: FolderContext, path: string) {
  try {
    return { file: readDisk(context, path) };
  } catch (error) {
    if (!(error instanceof FolderError)) throw error;
    return { problem: { file: path, line: 1, message: error.message, hint: error.hint } };
  }
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
    return { ...base, facts: removalFacts(known), if: [unchangedSince(known)], change };
  }
  const blob = await log.blobs.put(file.content, 'git');
  const { conflict } = step;
  const { facts, problems } = contentFacts(known, { path, ...file });
  const lost = conflict === undefined ? [] : [conflictFact(known.entity, conflict)];
  return {
    ...base,
    facts: [...facts, ...lost],
    blobs: [blob],
    if: [unchangedSince(known)],
    change: { path, kind: known.hash === undefined ? 'added' : 'changed' },
    ...(conflict === undefined ? {} : { conflict }),
    problems,
  };
}

export const conflictFact = (entity: Entity, { hash, tx }: LostSide): FactInput => ({
  e: entity,
  a: DOCUMENT.conflict,
  v: { hash, tx },
});

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
  const facts: FactInput[] = removed.flatMap((e) =>
    Object.values(ENTRY).map((a): FactInput => ({ e, a, op: 'retract' })),
  );
  const blobs: BlobRef[] = [];
  const conditions: Precondition[] = [];
  for (const entry of read) {
    const { entity, isKnown } = await placeOf({ path, entry }, { database, taken });
    if (isKnown) continue;
    const made = await entryFacts({ path, entry, entity }, log.blobs);
    facts.push(...made.facts);
    blobs.push(...made.blobs);
    conditions.push({ e: entity, a: ENTRY.hash, absent: true });
  }
  return {
    path,
    facts,
    blobs,
    if: conditions,
    entries: conditions.length,
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
  facts: [...plan.facts, movedFact(documentEntity(plan.path), from.path)],
  change: { path: plan.path, kind: 'moved', from: from.path },
});
