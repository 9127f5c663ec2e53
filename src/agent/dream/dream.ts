import { DatumError } from '../../base/index.ts';
import { type DreamManifest, printDreamManifest, type WriteOptions } from '../../folder/index.ts';
import { AgentError } from '../error.ts';
import { withModelWork } from '../judge/model-work.ts';
import { localTime } from '../local-time.ts';
import { type AgentSnapshot, openSnapshot } from '../prompt/snapshot.ts';
import type { AgentWorld } from '../run-options.ts';
import { holdLease } from '../stage/lock.ts';
import { type DreamRequest, type Setting, settingFor } from './dream-setting.ts';
import { type Found, findChanges } from './find-changes.ts';
import { dreamPath, readDreams } from './read-dreams.ts';
import { baseOf } from './staged.ts';
import { memoryAfter, writeDream } from './write-dream.ts';

/**
 * Looks through an agent's memory and stages what should change under `dreams/<id>/`; the memory
 * itself stays as it is (atomic-runtime §17). Answers the manifest. A dream that fails keeps its
 * manifest with the error, which is thrown. Throws `agent/dream-in-progress`, and
 * `agent/dream-over-budget` before anything is written.
 */
export async function dream(world: AgentWorld, request: DreamRequest): Promise<DreamManifest> {
  const { agent } = request;
  const { log, clock, random, zone } = world;
  const suffix = Buffer.from(random.bytes(3)).toString('hex');
  const time = localTime(clock.now(), zone);
  const id = `drm_${time.day}T${time.stamp.slice(9, 15)}_${suffix}`;
  const lease = await holdLease(world, {
    name: `dream:${agent}`,
    holder: id,
    waitMillis: 0,
    busy: () => inProgress(agent),
  });
  try {
    const snapshot = await openSnapshot(log, { agent, database: await log.at() });
    const setting = await settingFor(world, snapshot, request);
    await failAbandoned(world, snapshot, request.write);
    const manifest = newManifest(setting, { id, agent, startedAt: time.iso });
    await writeDream(world, snapshot, { manifest, request });
    return await carryOut(world, snapshot, { manifest, setting, request });
  } finally {
    await lease.release();
  }
}

const newManifest = (
  { asking, material }: Setting,
  { id, agent, startedAt }: Pick<DreamManifest, 'id' | 'agent' | 'startedAt'>,
): DreamManifest => ({
  ...{ id, agent, status: 'running', startedAt },
  ...asking,
  inputs: {
    notes: material.notes.length,
    journalDays: material.journal.length,
    logDays: material.log.length,
  },
  changes: [],
  base: {},
  outputMemoryCount: 0,
  inputTokens: 0,
  outputTokens: 0,
  costUsd: 0,
  endedAt: null,
  error: null,
  appliedAt: null,
  archivedPath: null,
  run: null,
});

interface Dreaming {
  readonly manifest: DreamManifest;
  readonly setting: Setting;
  readonly request: DreamRequest;
}

async function carryOut(
  world: AgentWorld,
  snapshot: AgentSnapshot,
  { manifest, setting, request }: Dreaming,
): Promise<DreamManifest> {
  const { agent, critical, signal } = request;
  const taken = new Set(
    snapshot.paths.flatMap((path) => (/^memory\/[^/]+$/.test(path) ? [path.slice(7)] : [])),
  );
  let spent: Partial<DreamManifest> = {};
  const endedAt = () => localTime(world.clock.now(), world.zone).iso;
  try {
    const found = await withModelWork(
      world,
      {
        ...{ agent, primitive: 'dream', trigger: 'dream', source: 'actor' },
        summary: `dream ${manifest.id}`,
        ...(critical === undefined ? {} : { critical }),
        ...(signal === undefined ? {} : { signal }),
      },
      async (work) => {
        try {
          const { asking, material } = setting;
          return redacted(world, await findChanges(work, material, { asking, taken }));
        } finally {
          const { inputTokens, outputTokens, costUsd } = work.meter;
          spent = { inputTokens, outputTokens, costUsd, run: work.id };
        }
      },
    );
    const done: DreamManifest = {
      ...manifest,
      ...spent,
      status: 'completed',
      changes: found.changes.map(({ kind, files, reason }) => ({ kind, files, reason })),
      base: baseOf(found.changes, (file) => snapshot.hashOf(`memory/${file}`)),
      outputMemoryCount: memoryAfter(setting.material, found).size,
      endedAt: endedAt(),
    };
    await writeDream(world, snapshot, { manifest: done, request, found, setting });
    return done;
  } catch (error) {
    const said = error instanceof DatumError ? `${error.code}: ${error.message}` : String(error);
    const reason = String(world.redact?.(said) ?? said);
    const failed: DreamManifest = {
      ...manifest,
      ...spent,
      status: 'failed',
      error: reason,
      endedAt: endedAt(),
    };
    await writeDream(world, snapshot, { manifest: failed, request });
    throw error;
  }
}

/** What was found without secrets, before any of it reaches a file. */
const redacted = ({ redact = (value) => value }: AgentWorld, found: Found): Found =>
  JSON.parse(JSON.stringify(redact(JSON.parse(JSON.stringify(found))))) as Found;

/** A dream whose process died says so; the lock is ours, so nobody is dreaming it any more. */
async function failAbandoned(
  world: AgentWorld,
  snapshot: AgentSnapshot,
  options: WriteOptions,
): Promise<void> {
  for (const { manifest, hash } of await readDreams(snapshot)) {
    if (manifest.status !== 'running' && manifest.status !== 'pending') continue;
    const error = 'its process ended before it was done';
    const content = printDreamManifest({ ...manifest, status: 'failed', error });
    const path = snapshot.inHome(dreamPath(manifest.id, 'manifest.json'));
    await world.folder.writeDocument(path, content, { ...options, ifHash: hash });
  }
}

const inProgress = (agent: string): AgentError =>
  new AgentError({
    code: 'agent/dream-in-progress',
    kind: 'busy',
    message: `${agent} is dreaming in another process`,
    hint: 'wait until it is done; a process that died frees the lock after ten seconds',
    data: { agent },
  });
