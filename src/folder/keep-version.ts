import type { Entity, FactInput } from '../fact/index.ts';
import type { DiskFile, FolderContext } from './context.ts';
import { contentFacts, DOCUMENT, knownDocument, removalFacts } from './document-facts.ts';
import type { LostSide } from './document-step.ts';
import type { WriteOptions } from './folder.ts';
import { documentEntity } from './home-path.ts';

/** The fact that a version of a document is in the log and not in the file. */
export const conflictFact = (entity: Entity, { hash, tx }: LostSide): FactInput => ({
  e: entity,
  a: DOCUMENT.conflict,
  v: { hash, tx },
});

interface Foreign {
  readonly path: string;
  readonly found: DiskFile | undefined;
  readonly lost: LostSide;
}

/** The file somebody wrote meanwhile becomes the newest fact, and names the version it displaced. */
export async function keepForeign(
  { log }: FolderContext,
  { path, found, lost }: Foreign,
): Promise<void> {
  const database = await log.at();
  const known = knownDocument(path, await database.entity(documentEntity(path)));
  const blobs = found === undefined ? [] : [await log.blobs.put(found.content, 'git')];
  const facts =
    found === undefined ? removalFacts(known) : contentFacts(known, { path, ...found }).facts;
  await log.transact([...facts, conflictFact(known.entity, lost)], {
    why: { source: 'edited', during: lost.tx },
    blobs,
  });
}

/** Bytes written into the old file in the moment of its replacement: kept in the log, and named. */
export async function keepCaught(
  { log }: FolderContext,
  { path, caught, options }: { path: string; caught: DiskFile; options: WriteOptions },
): Promise<void> {
  const entity = documentEntity(path);
  const blob = await log.blobs.put(caught.content, 'git');
  const head = await log.at();
  const written = knownDocument(path, await head.entity(entity)).hash;
  const first = await log.transact([{ e: entity, a: 'doc/hash', v: caught.hash }], {
    why: { source: 'edited' },
    blobs: [blob],
  });
  if (!first.ok || written === undefined) return;
  await log.transact(
    [
      { e: entity, a: 'doc/hash', v: written },
      conflictFact(entity, { hash: caught.hash, tx: first.id }),
    ],
    options,
  );
}
