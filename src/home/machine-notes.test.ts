import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Disk, seededRandom, systemClock, systemDisk } from '../base/index.ts';
import { memoryLog } from '../fact/index.ts';
import type { TrustHost, TrustItem } from './trust-item.ts';
import { acceptedCapsOf } from './trusted-caps.ts';
import { distrustNow, trustIn, trustNow } from './trusted-files.ts';

/** A home, as two processes see it: what the second does comes just before a write of the first. */
async function raced(second: (host: TrustHost) => unknown) {
  const root = mkdtempSync(join(tmpdir(), 'datum-notes-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const random = seededRandom('notes');
  const log = await memoryLog({ clock: systemClock, random });
  const hostOn = (disk: Disk): TrustHost => ({
    log,
    folder: { root },
    machine: { disk, random, env: { DATUM_STATE: join(root, 'state') } },
  });
  const other = hostOn(systemDisk);
  let left = 1;
  const first = hostOn({
    ...systemDisk,
    rename: (from, to) => {
      if (left-- === 1) second(other);
      systemDisk.rename(from, to);
    },
  });
  return { first, other };
}

const program = (path: string): TrustItem => ({
  path,
  hash: 'a'.repeat(64) as TrustItem['hash'],
  trust: 'unknown',
  about: '',
});
const caps = (holder: string, usd: number): TrustItem => ({
  ...program(`${holder}#caps`),
  caps: { holder, stated: [{ scope: 'day', usd, action: 'skip' }] },
});

test('of two processes that trust at once, neither loses what the other trusted', async () => {
  const { first, other } = await raced((host) => trustNow(host, [program('b'), program('c')]));
  await trustNow(first, [program('a')]);
  const trust = trustIn(other);
  expect(['a', 'b', 'c', 'd'].map((path) => trust(path, program(path).hash))).toEqual([
    'trusted',
    'trusted',
    'trusted',
    'unknown',
  ]);
  await distrustNow(first, [program('b')]);
  expect(trust('b', program('b').hash)).toBe('unknown');
});

test('of two processes that accept caps at once, neither acceptance is lost', async () => {
  const { first, other } = await raced((host) => trustNow(host, [caps('agent:ada', 9)]));
  const accepted = acceptedCapsOf(other);
  for (const holder of ['agent:ada', 'agent:bea']) {
    accepted.learn(holder, [{ scope: 'day', usd: 1, action: 'skip' }]);
  }
  await trustNow(first, [caps('agent:bea', 9)]);
  const held = (holder: string) =>
    accepted.hold(holder, [{ scope: 'day', usd: 9, action: 'skip' }]).loosened;
  expect([held('agent:ada'), held('agent:bea')]).toEqual([[], []]);
});
