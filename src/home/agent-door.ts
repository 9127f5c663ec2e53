import { join } from 'node:path';
import {
  type AgentSnapshot,
  type AgentWorld,
  agentNamed,
  assemblePrompt,
  openSnapshot,
  previewRun,
  promptText,
  type Recalled,
  type RunEvent,
  type RunOptions,
  type RunPreview,
  type RunRequest,
  type RunResult,
  readPromptSource,
  recallMemory,
  resumeRun,
  runAgent,
  streamRun,
} from '../agent/index.ts';
import { systemClock } from '../base/index.ts';
import { retry } from '../effect/index.ts';
import { type Log, type Point, stateRoot } from '../fact/index.ts';
import type { Folder } from '../folder/index.ts';
import { openBudget } from '../guard/index.ts';
import { generate, keyRedactor, keysOf, liveModels, reachableModels } from '../model/index.ts';
import type { Machine } from './machine.ts';
import type { Settings } from './settings.ts';
import { acceptedCapsOf } from './trusted-caps.ts';
import { trustIn } from './trusted-files.ts';

/** An agent of a home, ready to be asked. */
export interface AgentDoor {
  readonly name: string;
  /** The one name it has, if it was asked for by a path or an earlier name. */
  called(): Promise<string>;
  /** What its runs stand on, for what else is done with it: evaluating, tuning, dreaming. */
  world(): Promise<AgentWorld>;
  /** Runs it on a work item; what it wrote is committed, whatever the ending. */
  run(request: Omit<RunRequest, 'agent'>, options?: RunOptions): Promise<RunResult>;
  /** The same as a stream of events, the last of which is the result. */
  stream(request: Omit<RunRequest, 'agent'>, options?: RunOptions): AsyncIterable<RunEvent>;
  /** Goes on with a run that was cut off. */
  resume(run: string, options?: RunOptions & { readonly repeat?: boolean }): Promise<RunResult>;
  /** What a run would send and could cost. */
  preview(request: Omit<RunRequest, 'agent'>): Promise<RunPreview>;
  /** Its notes that answer a question best; by words alone where nothing may be written. */
  recall(query: Parameters<typeof recallMemory>[2]): Promise<readonly Recalled[]>;
  /** Its files at a point of the log. */
  snapshot(point?: Point): Promise<AgentSnapshot>;
  /** Its system prompt at a point of the log. */
  prompt(point?: Point): Promise<string>;
}

/** What of a home its agents need. */
interface AgentHost {
  readonly settings: Pick<Settings, 'fleetCaps'>;
  readonly log: Log;
  readonly folder: Folder;
  readonly machine: Machine;
  reconcile(): Promise<unknown>;
  commit(message: string): Promise<unknown>;
}

/**
 * The agent of a name. Nothing is read before the first call; a name that is none throws
 * `agent/unknown` then.
 */
export function agentDoor(home: AgentHost, name: string): AgentDoor {
  const world = agentWorld(home);
  const committed = async (work: () => Promise<RunResult>): Promise<RunResult> => {
    await home.reconcile();
    try {
      return await work();
    } finally {
      await home.commit(`run: ${name}`);
    }
  };
  const place = { root: home.folder.root, disk: home.machine.disk };
  const called = async (point: Point = {}): Promise<string> =>
    agentNamed(name, { ...place, database: await home.log.at(point) });
  const snapshot = async (point: Point = {}): Promise<AgentSnapshot> =>
    openSnapshot(home.log, { agent: await called(point), database: await home.log.at(point) });
  const run: AgentDoor['run'] = (request, options) =>
    committed(async () => runAgent(world, { ...request, agent: await called() }, options));
  return {
    name,
    called: () => called(),
    world: async () => world,
    run,
    stream: (request, options) => streamRun((each) => run(request, each), options),
    resume: (id, options) => committed(() => resumeRun(world, id, options)),
    preview: async (request) => previewRun(world, { ...request, agent: await called() }),
    recall: async (query) => {
      const hits = await recallMemory(world, await called(), query);
      if (query.byWords !== true) await home.commit(`memory search: ${name}`);
      return hits;
    },
    snapshot,
    prompt: async (point = {}) => {
      const files = await snapshot(point);
      return promptText(assemblePrompt(await readPromptSource(home.log, files)));
    },
  };
}

/** Whose the caps of all agents together are. */
const FLEET = 'budget:home';

/** What the runs of a home stand on. */
function agentWorld(host: AgentHost): AgentWorld {
  const { log, folder, machine } = host;
  const { clock, random, disk, env } = machine;
  const zone = env['TZ'] ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const keys = keysOf(machine);
  const acceptedCaps = acceptedCapsOf(host);
  acceptedCaps.learn(FLEET, host.settings.fleetCaps);
  const fleetCaps = acceptedCaps.hold(FLEET, host.settings.fleetCaps).caps;
  const models = liveModels({
    env,
    keyOf: keys.keyOf,
    fetch: globalThis.fetch,
    now: () => clock.now(),
    log,
    record: { blobs: log.blobs },
    redact: keyRedactor(keys),
  });
  return {
    log,
    folder,
    clock,
    random,
    disk,
    timer: systemClock,
    zone,
    homeFolder: env['HOME'] ?? env['USERPROFILE'] ?? '/',
    budget: openBudget({ log, clock, random, zone, fleetCaps }),
    acceptedCaps,
    guards: [retry({ clock: systemClock, random, operations: [generate.name] })],
    live: [models],
    reachable: reachableModels({ env, keys, fetch: globalThis.fetch, timer: systemClock }),
    programs: {
      trust: (path, hash) => trustIn(host)(path, hash),
      folder: join(stateRoot(env), 'program-files'),
      environment: env,
      node: process.execPath,
      hide: keys.hide,
    },
    redact: keyRedactor(keys),
  };
}
