import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AgentWorld, applyDream, dream } from '../../src/agent/index.ts';
import { type Disk, manualClock, seededRandom, systemDisk } from '../../src/base/index.ts';
import { type Log, openLog } from '../../src/fact/index.ts';
import { memoryMarks, openFolder } from '../../src/folder/index.ts';
import { NOON, type Reply, scriptedModel } from './agent-world.ts';

const said = (value: object): Reply => ({ text: JSON.stringify(value) });
const script = [
  said({ contradictions: [] }),
  said({
    promotions: ['One theme', 'Other theme'].map((name) => ({
      ...{ type: 'project', name, description: 'x', body: 'x' },
      journal_days: ['2026-06-01', '2026-06-02', '2026-06-03'],
    })),
  }),
  said({ summary: '', drop: [] }),
];

const scratch = (): string => realpathSync(mkdtempSync(join(tmpdir(), 'datum-dream-')));
const write = { by: 'user:ines' };

/** A home of which harbor has dreamed; each crash works on a copy. */
let dreamed = '';
beforeAll(async () => {
  dreamed = scratch();
  cpSync(join(import.meta.dirname, '../../examples/harbor'), dreamed, { recursive: true });
  // An old note, so that the dream changes a file that is there.
  const path = join(dreamed, 'memory/reference_archive_contact.md');
  const text = readFileSync(path, 'utf8')
    .replace(/last_seen: .*/, 'last_seen: 2026-01-01')
    .replace(/expires_at: .*/, 'expires_at: null');
  writeFileSync(path, text);
  const home = await open(dreamed, { disk: systemDisk, laterMicros: 0 });
  await home.world.folder.reconcile();
  await dream(home.world, { agent: 'harbor', write });
  await home.close();
}, 60_000);
afterAll(() => rmSync(dreamed, { recursive: true, force: true }));

interface Opening {
  readonly disk: Disk;
  readonly laterMicros: number;
  readonly wrap?: (log: Log) => Log;
}

async function open(root: string, { disk, laterMicros, wrap = (log) => log }: Opening) {
  const clock = manualClock(NOON + laterMicros);
  const random = seededRandom(`${laterMicros}`);
  const own = await openLog({
    home: root,
    clock,
    random,
    disk: systemDisk,
    env: { DATUM_STATE: join(root, '.state') },
  });
  const log = wrap(own);
  const folder = openFolder({ log, root, disk, random, marks: memoryMarks() });
  const world: AgentWorld = {
    ...{ log, folder, clock, random, disk: systemDisk, zone: 'UTC', homeFolder: root },
    timer: { sleep: () => new Promise<void>(() => undefined) },
    live: [scriptedModel(script).handler],
  };
  const close = async (): Promise<void> => {
    folder.close();
    await own.close().catch(() => undefined);
  };
  return { world, close };
}

class Killed extends RangeError {}

/** A process that dies at its n-th step: from then on nothing is written. */
function mortal(diesAt: number) {
  let count = 0;
  const step = (): void => {
    count += 1;
    if (count >= diesAt) throw new Killed('killed');
  };
  const disk: Disk = {
    ...systemDisk,
    write: (...args) => {
      step();
      systemDisk.write(...args);
    },
    rename: (...args) => {
      step();
      systemDisk.rename(...args);
    },
  };
  const wrap = (log: Log): Log =>
    new Proxy(log, {
      get: (target, key: keyof Log) => {
        const value = target[key];
        if (key !== 'transact') return typeof value === 'function' ? value.bind(target) : value;
        return async (...args: Parameters<Log['transact']>) => {
          step();
          const result = await target.transact(...args);
          step();
          return result;
        };
      },
    });
  return { disk, wrap, count: () => count };
}

/** The memory and what else an apply writes, by path. */
function filesOf(root: string): Readonly<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name).slice(root.length + 1);
    const isKept = /^memory(?:\.archived[^/]*)?\/|^dreams\/.*manifest\.json$/.test(path);
    if (entry.isFile() && isKept && !path.includes('.tmp')) {
      files[path] = readFileSync(join(root, path), 'utf8');
    }
  }
  return files;
}

async function applyDyingAt(diesAt: number) {
  const root = scratch();
  cpSync(dreamed, root, { recursive: true });
  const life = mortal(diesAt);
  const first = await open(root, { disk: life.disk, laterMicros: 1_000_000, wrap: life.wrap });
  const ended = await applyDream(first.world, { agent: 'harbor', write }).catch((error) => error);
  await first.close();
  const second = await open(root, { disk: systemDisk, laterMicros: 60_000_000 });
  await second.world.folder.reconcile();
  const files = filesOf(root);
  await second.close();
  rmSync(root, { recursive: true, force: true });
  return { files, died: ended instanceof Error, steps: life.count() };
}

test('killed at whatever step, an apply has happened as a whole or not at all', async () => {
  const before = filesOf(dreamed);
  const whole = await applyDyingAt(Number.POSITIVE_INFINITY);
  expect(whole.died).toBe(false);
  expect(Object.keys(whole.files).length).toBeGreaterThan(Object.keys(before).length);
  const seen = new Set<string>();
  for (let diesAt = 1; diesAt <= whole.steps; diesAt += 1) {
    const { files, died } = await applyDyingAt(diesAt);
    expect(died).toBe(true);
    const isWhole = JSON.stringify(files) === JSON.stringify(whole.files);
    expect(isWhole ? whole.files : files).toEqual(isWhole ? whole.files : before);
    seen.add(isWhole ? 'all' : 'nothing');
  }
  expect([...seen].toSorted()).toEqual(['all', 'nothing']);
}, 120_000);
