import {
  type AgentWorld,
  assemblePrompt,
  openSnapshot,
  previewRun,
  promptText,
  type RunOptions,
  type RunPreview,
  type RunRequest,
  type RunResult,
  readPromptSource,
  resumeRun,
  runAgent,
} from '../agent/index.ts';
import { systemClock } from '../base/index.ts';
import { redactor } from '../effect/index.ts';
import type { Point } from '../fact/index.ts';
import { liveModels } from '../model/index.ts';
import type { Home } from './home.ts';

/** An agent of a home, ready to be asked. */
export interface AgentDoor {
  readonly name: string;
  /** Runs it on a work item; what it wrote is committed, whatever the ending. */
  run(request: Omit<RunRequest, 'agent'>, options?: RunOptions): Promise<RunResult>;
  /** Goes on with a run that was cut off. */
  resume(run: string, options?: RunOptions): Promise<RunResult>;
  /** What a run would send and could cost. */
  preview(request: Omit<RunRequest, 'agent'>): Promise<RunPreview>;
  /** Its system prompt at a point of the log. */
  prompt(point?: Point): Promise<string>;
}

/**
 * The agent of a name. Nothing is read before the first call; a name that is none throws
 * `agent/unknown` then.
 */
export function agentDoor(home: Home, name: string): AgentDoor {
  const world = agentWorld(home);
  const committed = async (work: () => Promise<RunResult>): Promise<RunResult> => {
    await home.reconcile();
    try {
      return await work();
    } finally {
      await home.commit(`run: ${name}`);
    }
  };
  return {
    name,
    run: (request, options) =>
      committed(() => runAgent(world, { ...request, agent: name }, options)),
    resume: (run, options) => committed(() => resumeRun(world, run, options)),
    preview: async (request) => previewRun(world, { ...request, agent: name }),
    prompt: async (point = {}) => {
      const snapshot = await openSnapshot(home.log, {
        agent: name,
        database: await home.log.at(point),
      });
      return promptText(assemblePrompt(await readPromptSource(home.log, snapshot)));
    },
  };
}

/** What the runs of a home stand on. */
function agentWorld({ log, folder, machine }: Home): AgentWorld {
  const { clock, random, disk, env } = machine;
  const keyOf = async (provider: string): Promise<string | undefined> =>
    env[`${provider.toUpperCase().replaceAll('-', '_')}_API_KEY`];
  return {
    log,
    folder,
    clock,
    random,
    disk,
    timer: systemClock,
    zone: env['TZ'] ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    homeFolder: env['HOME'] ?? env['USERPROFILE'] ?? '/',
    live: [liveModels({ env, keyOf, fetch: globalThis.fetch, now: () => clock.now() })],
    redact: redactor(),
  };
}
