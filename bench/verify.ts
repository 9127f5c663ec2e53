/**
 * Verifying a log, beside the bare work of the same bytes in the same run: hashing every transaction,
 * and checking every signature on all cores: `node bench/verify.ts`. An argument is the number of
 * transactions; 20,000 without one.
 */
import { hash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { manualClock, seededRandom, systemDisk } from '../src/base/index.ts';
import { decodeLine, openLog, type SignedBytes } from '../src/fact/index.ts';
import { logFilesOf, verifyLog } from '../src/proof/index.ts';
import { interleave, median, quotients, report, spread, type Task } from './timing/rounds.ts';

const TRANSACTIONS = Number(process.argv[2] ?? 20_000);

async function fill(home: string, env: Readonly<Record<string, string>>): Promise<void> {
  const clock = manualClock(1_767_225_600_000_000);
  const log = await openLog({ home, clock, random: seededRandom('verify'), env });
  for (let n = 0; n < TRANSACTIONS; n += 1) {
    clock.advance(1_000);
    const written = log.transact([{ e: `thing:${n % 500}`, a: 'thing/step', v: n }], {
      durability: 'later',
    });
    if (n % 1_000 === 999) await written;
  }
  await log.close();
}

/** Every transaction of the home in memory. */
function linesOf(home: string): readonly SignedBytes[] {
  const files = logFilesOf(home, systemDisk);
  return files.writers().flatMap((writer) =>
    files.segments(writer).flatMap((name) => {
      const content = files.segment(writer, name);
      const lines: SignedBytes[] = [];
      for (let start = 0, end = 0; start < content.length; start = end + 1) {
        end = content.indexOf(10, start);
        lines.push(decodeLine(content.subarray(start, end)));
      }
      return lines;
    }),
  );
}

/** What `verify` cannot go without: the hash of each transaction. */
const hashing = (lines: readonly SignedBytes[]): Task => ({
  name: 'hashes',
  run: () => {
    for (const { bytes } of lines) hash('sha256', bytes, 'hex');
  },
});

/** Checks one signature again and again: as many as there are, shared among all cores. */
const CHECKER = `
  const { generateKeyPairSync, sign, verify } = require('node:crypto');
  const { parentPort } = require('node:worker_threads');
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const message = Buffer.alloc(32, 1);
  const signature = sign(null, message, privateKey);
  parentPort.on('message', (count) => {
    for (let n = 0; n < count; n += 1) verify(null, message, publicKey, signature);
    parentPort.postMessage('done');
  });
`;

const checking = (workers: readonly Worker[], count: number): Task => ({
  name: 'signatures',
  run: async () => {
    const share = Math.ceil(count / workers.length);
    await Promise.all(
      workers.map((worker) => {
        const { promise, resolve } = Promise.withResolvers<void>();
        worker.once('message', () => resolve());
        worker.postMessage(share);
        return promise;
      }),
    );
  },
});

const verifying = (name: 'fast' | 'full', home: string): Task => ({
  name,
  run: async () => {
    const { ok } = await verifyLog(logFilesOf(home, systemDisk), { fast: name === 'fast' });
    if (!ok) throw new Error('the log of the bench does not verify');
  },
});

async function main(folder: string): Promise<void> {
  const home = join(folder, 'home');
  await fill(home, { DATUM_STATE: join(folder, 'state') });
  const lines = linesOf(home);
  const workers = Array.from(
    { length: availableParallelism() },
    () => new Worker(CHECKER, { eval: true }),
  );
  const tasks = [
    hashing(lines),
    verifying('fast', home),
    checking(workers, lines.length),
    verifying('full', home),
  ];
  const timings = await interleave(tasks, { rounds: 7, count: 1 });
  await Promise.all(workers.map((worker) => worker.terminate()));
  const each = (name: string): string =>
    `${spread((timings.get(name) ?? []).map((micros) => micros / lines.length))} µs a transaction`;
  report('the bare hash chain', each('hashes'));
  report('verify --fast', each('fast'));
  const fast = quotients(timings, 'hashes', 'fast').map((value) => value * 100);
  report(
    '  share of the bare hash chain, at least 30 %',
    `${spread(fast, 0)} %`,
    median(fast) >= 30,
  );
  report(`Ed25519 verify on ${workers.length} cores`, each('signatures'));
  report('verify', each('full'));
  const full = quotients(timings, 'signatures', 'full').map((value) => value * 100);
  report('  share of Ed25519 verify, at least 70 %', `${spread(full, 0)} %`, median(full) >= 70);
}

const folder = mkdtempSync(join(tmpdir(), 'datum-bench-'));
try {
  await main(folder);
} finally {
  rmSync(folder, { recursive: true });
}
