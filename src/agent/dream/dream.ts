import { DatumError } from '../../base/index.ts';
import {
  type DocumentWrite,
  type DreamManifest,
  parseModelFile,
  printDreamManifest,
  type WriteOptions,
} from '../../folder/index.ts';
import { settingsOf } from '../../guard/index.ts';
import { costOf, estimateTokens, priceOf, roundUsd } from '../../model/index.ts';
import { AgentError } from '../error.ts';
import { withModelWork } from '../judge/model-work.ts';
import { localTime } from '../local-time.ts';
import { type AgentSnapshot, openSnapshot } from '../prompt/snapshot.ts';
import type { AgentWorld } from '../run-options.ts';
import { holdLease } from '../stage/lock.ts';
import { dreamReport } from './dream-report.ts';
import { type Asking, type Found, findChanges, plannedPrompts } from './find-changes.ts';
import { indexAfter } from './index-after.ts';
import { type Material, readMaterial } from './material.ts';
import { dreamPath, readDreams, stateDream } from './read-dreams.ts';
import { baseOf } from './staged.ts';

export interface DreamRequest {
  readonly agent: string;
  /** What the operator wants looked at. */
  readonly instructions?: string;
  /** Days; 30 when absent. */
  readonly journalLookback?: number;
  readonly logLookback?: number;
  /** The default model of model.md when absent. */
  readonly model?: string;
  /** Goes past the caps; recorded. */
  readonly critical?: boolean;
  readonly write: WriteOptions;
  readonly signal?: AbortSignal;
  /** Told what the dream is doing now. */
  readonly onStep?: (text: string) => void;
}

const LOOKBACK_DAYS = 30;

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
    await write(world, snapshot, { manifest, request });
    return await carryOut(world, snapshot, { manifest, setting, request });
  } finally {
    await lease.release();
  }
}

/** What a dream is made of, fixed before it is begun. */
interface Setting {
  readonly asking: Asking;
  readonly material: Material;
}

async function settingFor(
  world: AgentWorld,
  snapshot: AgentSnapshot,
  request: DreamRequest,
): Promise<Setting> {
  const { day: today } = localTime(world.clock.now(), world.zone);
  const modelText = (await snapshot.read('model.md')) ?? '';
  const { defaultModel, guardrails } = parseModelFile(modelText, snapshot.inHome('model.md'));
  const asking = {
    model: request.model ?? defaultModel,
    instructions: request.instructions?.trim() ?? '',
  };
  const material = await readMaterial(world.log, snapshot, {
    today,
    journalDays: request.journalLookback ?? LOOKBACK_DAYS,
    logDays: request.logLookback ?? LOOKBACK_DAYS,
  });
  const estimate = await estimateOf(material, asking, snapshot);
  const spender = { agent: request.agent, run: 'dream' };
  const headroom = await world.budget?.headroom(spender, settingsOf(guardrails));
  if (request.critical !== true && headroom !== undefined && estimate > headroom) {
    throw overBudget(estimate, headroom);
  }
  return { asking, material };
}

/** What the questions cost at the least: their input, and all the output they may have. */
async function estimateOf(
  material: Material,
  asking: Asking,
  { database }: AgentSnapshot,
): Promise<number> {
  const { estimated: _, ...price } = await priceOf(asking.model, database);
  return roundUsd(
    plannedPrompts(material, asking).reduce(
      (sum, { prompt, maxOutputTokens }) =>
        sum + costOf(price, { input: estimateTokens(prompt), output: maxOutputTokens }),
      0,
    ),
  );
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
    await write(world, snapshot, { manifest: done, request, found, setting });
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
    await write(world, snapshot, { manifest: failed, request });
    throw error;
  }
}

/** What was found without secrets, before any of it reaches a file. */
const redacted = ({ redact = (value) => value }: AgentWorld, found: Found): Found =>
  JSON.parse(JSON.stringify(redact(JSON.parse(JSON.stringify(found))))) as Found;

/** The notes as the dream would have them, by file name. */
function memoryAfter(
  { notes }: Material,
  { changes }: Pick<Found, 'changes'>,
): ReadonlyMap<string, string | undefined> {
  const after = new Map<string, string | undefined>(notes.map(({ file }) => [file, undefined]));
  for (const { files, texts } of changes) {
    for (const [index, file] of files.entries()) after.set(file, texts[index]);
  }
  return after;
}

interface Writing {
  readonly manifest: DreamManifest;
  readonly request: DreamRequest;
  readonly found?: Found;
  readonly setting?: Setting;
}

/** Writes the manifest, and with what was found the whole staged memory, in one transaction. */
async function write(
  world: AgentWorld,
  snapshot: AgentSnapshot,
  { manifest, request, found, setting }: Writing,
): Promise<void> {
  const { id } = manifest;
  const path = (file: string): string => snapshot.inHome(dreamPath(id, file));
  const staged =
    found === undefined || setting === undefined
      ? []
      : await stagedWrites(snapshot, { found, material: setting.material, manifest, path });
  const writes = [
    ...staged,
    { path: path('manifest.json'), content: printDreamManifest(manifest) },
  ];
  const why = { ...request.write.why, dream: `dream:${manifest.agent}/${id}` };
  await world.folder.writeDocuments(writes, { ...request.write, why });
  await stateDream(world.log, manifest, {
    ...(request.write.by === undefined ? {} : { by: request.write.by }),
    run: manifest.run,
  });
}

async function stagedWrites(
  snapshot: AgentSnapshot,
  {
    found,
    material,
    manifest,
    path,
  }: {
    readonly found: Found;
    readonly material: Material;
    readonly manifest: DreamManifest;
    readonly path: (file: string) => string;
  },
): Promise<readonly DocumentWrite[]> {
  const writes: DocumentWrite[] = [];
  for (const [file, text] of memoryAfter(material, found)) {
    const content = text ?? (await snapshot.read(`memory/${file}`)) ?? '';
    writes.push({ path: path(`memory/${file}`), content });
  }
  const files = await Promise.all(
    found.changes.flatMap(({ files: names, texts }) =>
      names.map(async (file, index) => {
        const before = await snapshot.read(`memory/${file}`);
        const hash = snapshot.hashOf(`memory/${file}`);
        const old = before === undefined || hash === undefined ? undefined : { text: before, hash };
        return { file, before: old, text: texts[index] ?? '' };
      }),
    ),
  );
  const index = indexAfter(await snapshot.read('memory/INDEX.md'), files);
  return [
    ...writes,
    { path: path('memory/INDEX.md'), content: index },
    { path: path('report.md'), content: dreamReport(manifest, found) },
  ];
}

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

const overBudget = (estimate: number, headroom: number): AgentError =>
  new AgentError({
    code: 'agent/dream-over-budget',
    kind: 'refused',
    message: `the dream would cost about $${estimate.toFixed(6)} and $${headroom.toFixed(6)} is left under the caps`,
    hint: 'look back less far, take a cheaper model, wait for the next day, or use --critical',
    data: { estimate, headroom },
  });
