import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { AgentWorld } from '../../src/agent/index.ts';
import { type ManualClock, manualClock, seededRandom, systemDisk } from '../../src/base/index.ts';
import { answer, type Handler, liveHandler } from '../../src/effect/index.ts';
import { type Log, openLog } from '../../src/fact/index.ts';
import { memoryMarks, openFolder } from '../../src/folder/index.ts';
import { openBudget } from '../../src/guard/index.ts';
import { generate, type ModelAnswer, type ModelRequest } from '../../src/model/index.ts';

/** A reply of a scripted model: what it says, or how it fails. */
export type Reply =
  | Partial<ModelAnswer>
  | ((request: ModelRequest) => Partial<ModelAnswer>)
  | Error;

export interface ScriptedModel {
  readonly handler: Handler;
  /** What it was asked, in order. */
  readonly requests: ModelRequest[];
}

/** A model that gives the replies in order and fails when there are no more. */
export function scriptedModel(replies: readonly Reply[]): ScriptedModel {
  const requests: ModelRequest[] = [];
  const handler = liveHandler('models', [
    answer(generate, (request) => {
      const reply = replies[requests.length];
      requests.push(request);
      if (reply === undefined) throw new RangeError('the script is over');
      if (reply instanceof Error) throw reply;
      const said = typeof reply === 'function' ? reply(request) : reply;
      const toolCalls = said.toolCalls ?? [];
      return {
        model: request.model,
        text: '',
        toolCalls,
        finish: toolCalls.length > 0 ? ('tool-calls' as const) : ('stop' as const),
        tokens: { input: 1000, output: 100, cacheRead: 0, cacheWrite: 0 },
        measured: true,
        latencyMillis: 10,
        ...said,
      };
    }),
  ]);
  return { handler, requests };
}

export interface TestAgent {
  readonly root: string;
  readonly world: AgentWorld;
  readonly log: Log;
  readonly clock: ManualClock;
  read(path: string): string;
  /** The lines of a day's run log. */
  lines(day?: string): readonly Record<string, unknown>[];
  /** The world with another model. */
  with(model: ScriptedModel): AgentWorld;
}

export const NOON = 1_780_912_800_000_000;
export const DAY = '2026-06-08';

/** A copy of examples/harbor as an opened home, at noon of a fixed day. */
export async function testAgent(
  model: ScriptedModel = scriptedModel([]),
  prepare: (root: string) => void = () => undefined,
): Promise<TestAgent> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'datum-agent-')));
  cpSync(join(import.meta.dirname, '../../examples/harbor'), root, { recursive: true });
  prepare(root);
  const clock = manualClock(NOON);
  const random = seededRandom(root);
  const disk = systemDisk;
  const env = { DATUM_STATE: join(root, '.state') };
  const log = await openLog({ home: root, clock, random, disk, env });
  const folder = openFolder({ log, root, disk, random, marks: memoryMarks() });
  onTestFinished(async () => {
    folder.close();
    await log.close();
    rmSync(root, { recursive: true, force: true });
  });
  await folder.reconcile();
  const world: AgentWorld = {
    log,
    folder,
    clock,
    random,
    disk,
    timer: { sleep: (_, signal) => never(signal) },
    zone: 'UTC',
    homeFolder: root,
    budget: openBudget({ log, clock, random, zone: 'UTC' }),
    live: [model.handler],
  };
  const read = (path: string): string => readFileSync(join(root, path), 'utf8');
  return {
    root,
    world,
    log,
    clock,
    read,
    lines: (day = DAY) =>
      read(`log/${day.slice(0, 7)}/${day}.jsonl`)
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    with: ({ handler }) => ({ ...world, live: [handler] }),
  };
}

/** Time that passes only when the sleeper is told to stop. */
const never = (signal: AbortSignal | undefined): Promise<void> =>
  new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
