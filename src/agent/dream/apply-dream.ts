import type { Json } from '../../base/index.ts';
import {
  type DocumentWrite,
  type DreamManifest,
  printDreamManifest,
  versionFileName,
  versionsFolder,
  type WriteOptions,
} from '../../folder/index.ts';
import { AgentError } from '../error.ts';
import { localTime } from '../local-time.ts';
import { type AgentSnapshot, openSnapshot } from '../prompt/snapshot.ts';
import type { AgentWorld } from '../run-options.ts';
import { takeLock } from '../stage/lock.ts';
import {
  type DreamReview,
  dreamPath,
  type FiledDream,
  readDream,
  reviewDream,
  stateDream,
} from './read-dreams.ts';

export interface DreamChoice {
  readonly agent: string;
  /** The newest when absent. */
  readonly id?: string;
  readonly write: WriteOptions;
}

/** What an apply did. */
export interface AppliedDream {
  readonly manifest: DreamManifest;
  readonly review: DreamReview;
  /** A file that somebody changed in the very moment; both texts are in the log. */
  readonly overtaken?: string;
}

const ATTEMPTS_MAX = 3;

/**
 * Takes a dream over into the memory, under the agent's lock and in one transaction: all of it, or
 * after a crash at whatever point none of it or, once reconciled, all of it. What was changed since
 * the dream is left as it is. Each changed note leaves a version, and what was changed is kept under
 * `memory.archived-<time>/`. Throws `agent/dream-not-ready`, `agent/lock-busy`, `agent/dream-busy`.
 */
export async function applyDream(
  world: AgentWorld,
  { agent, id, write }: DreamChoice,
): Promise<AppliedDream> {
  const { log } = world;
  const lock = await takeLock(world, { agent, holder: `dream apply ${agent}`, waitMillis: 0 });
  try {
    for (let attempt = 1; ; attempt += 1) {
      const snapshot = await openSnapshot(log, { agent, database: await log.at() });
      const found = await readDream(snapshot, id);
      refuseUnready(found);
      const review = await reviewDream(snapshot, found);
      refuseStale(found, review);
      const manifest = appliedManifest(world, found, review);
      const result = await world.folder.writeDocuments(
        applyWrites(world, snapshot, { found, review, manifest }),
        { ...write, why: { ...write.why, dream: `dream:${agent}/${manifest.id}` } },
      );
      if (result.ok || result.tx !== undefined) {
        const by = { ...(write.by === undefined ? {} : { by: write.by }), run: manifest.run };
        await stateDream(log, manifest, by);
        return { manifest, review, ...(result.ok ? {} : { overtaken: result.path }) };
      }
      if (attempt === ATTEMPTS_MAX) throw dreamBusy(result.path);
    }
  } finally {
    await lock.release();
  }
}

function appliedManifest(
  { clock, zone }: AgentWorld,
  { manifest }: FiledDream,
  { files }: DreamReview,
): DreamManifest {
  const { iso, day, stamp } = localTime(clock.now(), zone);
  const time = `${day.replaceAll('-', '')}T${stamp.slice(9, 15)}`;
  const isArchived = files.some(({ before }) => before !== undefined);
  return {
    ...manifest,
    appliedAt: iso,
    archivedPath: isArchived ? `memory.archived-${time}` : null,
  };
}

function applyWrites(
  { clock }: AgentWorld,
  { inHome, hashOf }: AgentSnapshot,
  {
    found,
    review,
    manifest,
  }: {
    readonly found: FiledDream;
    readonly review: DreamReview;
    readonly manifest: DreamManifest;
  },
): readonly DocumentWrite[] {
  const { files, index } = review;
  const at = clock.now();
  const archive = manifest.archivedPath ?? '';
  const notes = files.flatMap(({ file, before, text }): readonly DocumentWrite[] => {
    const path = inHome(`memory/${file}`);
    if (before === undefined) return [{ path, content: text, ifHash: null }];
    const version = `memory/${versionsFolder(file)}/${versionFileName(at, before.text)}`;
    return [
      { path, content: text, ifHash: before.hash },
      { path: inHome(version), content: before.text },
      { path: inHome(`${archive}/${file}`), content: before.text },
    ];
  });
  const isIndexed = index.after !== (index.before ?? '');
  const kept =
    isIndexed && index.before !== undefined && archive !== ''
      ? [{ path: inHome(`${archive}/INDEX.md`), content: index.before }]
      : [];
  const ifHash = hashOf('memory/INDEX.md') ?? null;
  return [
    ...notes,
    ...kept,
    ...(isIndexed ? [{ path: inHome('memory/INDEX.md'), content: index.after, ifHash }] : []),
    {
      path: inHome(dreamPath(manifest.id, 'manifest.json')),
      content: printDreamManifest(manifest),
      ifHash: found.hash,
    },
  ];
}

/** Removes the files of a dream that was not applied; the log still holds them. Answers its id. */
export async function discardDream(
  { log, folder }: AgentWorld,
  { agent, id, write }: DreamChoice,
): Promise<string> {
  const snapshot = await openSnapshot(log, { agent, database: await log.at() });
  const { manifest } = await readDream(snapshot, id);
  if (manifest.appliedAt !== null) {
    throw notReady(
      manifest,
      'it was applied',
      'an applied dream stays as the record of what it did',
    );
  }
  const prefix = `dreams/${manifest.id}/`;
  const writes = snapshot.paths
    .filter((path) => path.startsWith(prefix))
    .map((path) => ({ path: snapshot.inHome(path), content: null }));
  const result = await folder.writeDocuments(writes, write);
  if (!result.ok) throw dreamBusy(result.path);
  return manifest.id;
}

function refuseUnready({ manifest }: FiledDream): void {
  const { status, appliedAt, error } = manifest;
  if (appliedAt !== null) {
    throw notReady(manifest, `it was applied at ${appliedAt}`, 'dream again: datum dream <agent>');
  }
  if (status === 'completed') return;
  const why = error === null ? `it is ${status}` : `it is ${status}: ${error}`;
  throw notReady(
    manifest,
    why,
    'only a completed dream can be applied; discard it and dream again',
  );
}

/** A dream of which nothing holds any more is not taken for applied. */
function refuseStale({ manifest }: FiledDream, { applied, leftOut }: DreamReview): void {
  const [first] = leftOut;
  if (first === undefined || applied.length > 0) return;
  throw notReady(manifest, first.why, 'discard it and dream again');
}

const notReady = ({ id }: DreamManifest, why: string, hint: string): AgentError =>
  new AgentError({
    code: 'agent/dream-not-ready',
    kind: 'usage',
    message: `the dream ${id} cannot be changed or taken over: ${why}`,
    hint,
    data: { dream: id } satisfies Record<string, Json>,
  });

const dreamBusy = (path: string): AgentError =>
  new AgentError({
    code: 'agent/dream-busy',
    kind: 'busy',
    message: `${path} keeps changing while the dream is applied`,
    hint: 'close what writes it, then apply the dream again',
    data: { path },
  });
