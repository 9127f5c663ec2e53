import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AgentWorld, resumeRun, runAgent } from '../../src/agent/index.ts';
import {
  type Disk,
  escapeTags,
  hashOf,
  type JsonObject,
  manualClock,
  seededRandom,
  systemDisk,
} from '../../src/base/index.ts';
import { type Log, openLog } from '../../src/fact/index.ts';
import { memoryMarks, openFolder } from '../../src/folder/index.ts';
import type { ModelAnswer, ModelRequest } from '../../src/model/index.ts';
import { NOON, scriptedModel } from './agent-world.ts';

const script: readonly Partial<ModelAnswer>[] = [
  {
    toolCalls: [
      { id: '1', name: 'compute', input: { question: 'is 997 prime' } },
      { id: '2', name: 'write_file', input: { path: 'wiki/primes.md', text: '997 is prime.\n' } },
      {
        id: '3',
        name: 'atomic_capture',
        input: {
          type: 'reference',
          name: 'A prime',
          description: '997 is prime',
          confidence: 'high',
          sources: ['compute'],
          body: '997 is prime.',
        },
      },
    ],
  },
  { text: 'It is.' },
];

/** A home that was taken in once; each crash works on a copy. */
let adopted = '';
beforeAll(async () => {
  adopted = scratch();
  cpSync(join(import.meta.dirname, '../../examples/harbor'), adopted, { recursive: true });
  const home = await open(adopted, systemDisk, 0);
  await home.folder.reconcile();
  home.folder.close();
  await home.log.close();
}, 60_000);
afterAll(() => rmSync(adopted, { recursive: true, force: true }));

const scratch = (): string => realpathSync(mkdtempSync(join(tmpdir(), 'datum-crash-')));

async function open(root: string, disk: Disk, laterMicros: number) {
  const clock = manualClock(NOON + laterMicros);
  const random = seededRandom(`${laterMicros}`);
  const env = { DATUM_STATE: join(root, '.state') };
  const log = await openLog({ home: root, clock, random, disk, env });
  const folder = openFolder({ log, root, disk, random, marks: memoryMarks() });
  return { log, folder, clock, random };
}

class Killed extends RangeError {}

/** A disk and a log of a process that dies at its n-th transaction: from then on nothing is written. */
function mortal(diesAt: number, when: 'before' | 'after') {
  let count = 0;
  let dead = false;
  const alive = (): void => {
    if (dead) throw new Killed('killed');
  };
  const disk: Disk = {
    ...systemDisk,
    write: (...args) => {
      alive();
      systemDisk.write(...args);
    },
    rename: (...args) => {
      alive();
      systemDisk.rename(...args);
    },
  };
  const wrap = (log: Log): Log =>
    new Proxy(log, {
      get: (target, key: keyof Log) => {
        if (key !== 'transact') {
          const value = target[key];
          return typeof value === 'function' ? value.bind(target) : value;
        }
        return async (...args: Parameters<Log['transact']>) => {
          alive();
          count += 1;
          if (count === diesAt && when === 'before') dead = true;
          alive();
          const result = await target.transact(...args);
          if (count === diesAt) dead = true;
          alive();
          return result;
        };
      },
    });
  return { disk, wrap, count: () => count };
}

async function crashAndResume(diesAt: number, when: 'before' | 'after') {
  const root = scratch();
  cpSync(adopted, root, { recursive: true });
  const model = scriptedModel(
    [0, 1, 2].map(() => (request) => script[(request.messages.length - 1) / 2] ?? {}),
  );
  const life = mortal(diesAt, when);
  const first = await open(root, systemDisk, 1_000_000);
  const log = life.wrap(first.log);
  const { clock, random } = first;
  const folder = openFolder({ log, root, disk: life.disk, random, marks: memoryMarks() });
  const timer = { sleep: () => new Promise<void>(() => undefined) };
  const base = { timer, zone: 'UTC', homeFolder: root, live: [model.handler], disk: systemDisk };
  const world: AgentWorld = { ...base, log, folder, clock, random };
  await folder.reconcile();
  const before = life.count();
  const ended = await runAgent(world, { agent: 'harbor', workItem: 'x' }).catch((error) => error);
  folder.close();
  await first.log.close().catch(() => undefined);

  const second = await open(root, systemDisk, 30_000_000);
  await second.folder.reconcile();
  const again: AgentWorld = { ...base, ...second };
  const [run] = await runsIn(second.log);
  const asked = model.requests.length;
  let lost = false;
  if (run !== undefined && ended instanceof Error) {
    let result = await resumeRun(again, run).catch((error) => error);
    if (result.code === 'effect/unknown-outcome') {
      lost = true;
      expect(model.requests).toHaveLength(asked);
      result = await resumeRun(again, run, { repeat: true });
    }
    expect(result).toMatchObject({ text: 'It is.' });
  }
  const path = join(root, 'log/2026-06/2026-06-08.jsonl');
  // A run that died before its first word left nothing to resume, and nothing at all.
  const text = run === undefined ? '' : readFileSync(path, 'utf8');
  const lines = text
    .trimEnd()
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
  const day = join(root, 'journal/2026-06/2026-06-08.md');
  const journal = run === undefined ? '' : readFileSync(day, 'utf8');
  const notes = readdirSync(join(root, 'memory')).filter((name) => name.includes('a_prime'));
  second.folder.close();
  await second.log.close();
  rmSync(root, { recursive: true, force: true });
  return {
    run,
    ended,
    lost,
    lines,
    journal,
    notes,
    requests: model.requests.length,
    distinct: new Set(
      model.requests.map((request) => hashOf(escapeTags(request as JsonObject & ModelRequest))),
    ).size,
    before,
    total: life.count(),
  };
}

async function runsIn(log: Log): Promise<readonly string[]> {
  const found = await (await log.at()).find([{ e: { var: 'run' }, a: 'run/request' }]);
  return found.map(({ run }) => {
    const name = typeof run === 'object' && run !== null && '$ref' in run ? run.$ref : run;
    return String(name).slice('run:'.length);
  });
}

test('a run killed before or after any of its transactions is resumed: each request once, spend complete', async () => {
  const whole = await crashAndResume(10_000, 'before');
  expect(whole).toMatchObject({ ended: { text: 'It is.' }, requests: 2 });
  expect(whole.lines.filter(({ primitive }) => primitive === 'agent_call')).toHaveLength(1);
  const points = Array.from(
    { length: whole.total - whole.before },
    (_, index) => whole.before + index + 1,
  );
  for (const when of ['before', 'after'] as const) {
    // Before one is after the one before it, but for the files written between: a third will do.
    for (const point of points.filter((each) => when === 'after' || each % 3 === 0)) {
      const { run, lines, journal, notes, requests, distinct, lost } = await crashAndResume(
        point,
        when,
      );
      if (run === undefined) continue;
      const at = `${when} ${point}${lost ? ', lost' : ''}`;
      const calls = lines.filter(({ primitive }) => primitive === 'agent_call');
      const usd = calls.reduce((sum, line) => sum + Number(line.cost_usd ?? 0), 0);
      expect([at, distinct, usd.toFixed(6)]).toEqual([at, 2, '0.009000']);
      // Only an answer that was on its way at the kill is asked for again, at a person's word.
      expect([at, requests <= (lost ? 3 : 2)]).toEqual([at, true]);
      expect([at, calls.filter(({ status }) => status === 'ok').length]).toEqual([at, 1]);
      expect([at, journal.match(/^## /gm)?.length, notes.length]).toEqual([at, 1, 1]);
    }
  }
}, 180_000);
