import type { Log } from '../../fact/index.ts';
import { type DreamManifest, isDreamId, parseDreamManifest } from '../../folder/index.ts';
import { AgentError } from '../error.ts';
import type { AgentSnapshot } from '../prompt/snapshot.ts';
import { indexAfter } from './index-after.ts';
import { type ApplyPlan, type LiveFile, planApply } from './plan-apply.ts';

/** A dream with the hash of its manifest, for a write that holds only if nobody changed it. */
export interface FiledDream {
  readonly manifest: DreamManifest;
  readonly hash: string;
}

export const dreamPath = (id: string, file: string): string => `dreams/${id}/${file}`;

/** Every dream of an agent, oldest first. */
export async function readDreams(snapshot: AgentSnapshot): Promise<readonly FiledDream[]> {
  const paths = snapshot.paths.filter((path) => /^dreams\/[^/]+\/manifest\.json$/.test(path));
  const dreams = await Promise.all(
    paths.map(async (path) => ({
      manifest: parseDreamManifest((await snapshot.read(path)) ?? '', snapshot.inHome(path)),
      hash: snapshot.hashOf(path) as string,
    })),
  );
  return dreams.toSorted((a, b) => (a.manifest.startedAt < b.manifest.startedAt ? -1 : 1));
}

/** A dream by its id; the newest when none is named. Throws `agent/unknown-dream`. */
export async function readDream(snapshot: AgentSnapshot, id?: string): Promise<FiledDream> {
  if (id !== undefined && !isDreamId(id)) throw unknownDream(id, []);
  const dreams = await readDreams(snapshot);
  const found =
    id === undefined ? dreams.at(-1) : dreams.find(({ manifest }) => manifest.id === id);
  if (found !== undefined) return found;
  throw unknownDream(
    id,
    dreams.map(({ manifest }) => manifest.id),
  );
}

const unknownDream = (id: string | undefined, ids: readonly string[]): AgentError =>
  new AgentError({
    code: 'agent/unknown-dream',
    kind: 'usage',
    message: id === undefined ? 'this agent has not dreamed' : `there is no dream ${id}`,
    hint: ids.length === 0 ? 'dream with: datum dream <agent>' : `there are ${ids.join(', ')}`,
    data: { dream: id ?? null },
  });

/** What applying a dream would do to the memory as it is now. */
export interface DreamReview extends ApplyPlan {
  readonly manifest: DreamManifest;
  readonly report: string;
  /** Old and new text of the index; equal when it stays. */
  readonly index: { readonly before: string | undefined; readonly after: string };
}

/** Works out what an apply would write, and changes nothing. */
export async function reviewDream(
  snapshot: AgentSnapshot,
  { manifest }: FiledDream,
): Promise<DreamReview> {
  const names = manifest.changes.flatMap(({ files }) => files);
  const staged = new Map<string, string>();
  const live = new Map<string, LiveFile>();
  for (const file of new Set(names)) {
    const text = await snapshot.read(dreamPath(manifest.id, `memory/${file}`));
    if (text !== undefined) staged.set(file, text);
    const now = await snapshot.read(`memory/${file}`);
    const hash = snapshot.hashOf(`memory/${file}`);
    if (now !== undefined && hash !== undefined) live.set(file, { text: now, hash });
  }
  const plan = planApply({
    manifest,
    staged: (file) => staged.get(file),
    live: (file) => live.get(file),
  });
  const before = await snapshot.read('memory/INDEX.md');
  const after = plan.files.length === 0 ? (before ?? '') : indexAfter(before, plan.files);
  const report = (await snapshot.read(dreamPath(manifest.id, 'report.md'))) ?? '';
  return { ...plan, manifest, report, index: { before, after } };
}

/** The state of a dream on a fact of its own, for whoever asks what happened when. */
export async function stateDream(
  log: Log,
  { id, agent, status, appliedAt }: DreamManifest,
  by: { readonly by?: string; readonly run?: string | null },
): Promise<void> {
  const e = `dream:${agent}/${id}`;
  await log.transact(
    [
      { e, a: 'dream/status', v: status },
      { e, a: 'dream/applied-at', v: appliedAt },
      { e, a: 'dream/run', v: by.run ?? null },
    ],
    by.by === undefined ? {} : { by: by.by },
  );
}
