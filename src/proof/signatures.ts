import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { verifierOf } from '../fact/index.ts';
import type { BatchVerdict, SignatureBatch } from './signature-worker.ts';
import type { SignedTransaction } from './writer-chain.ts';

/** Signatures to check, of one writer. */
export interface SignatureSet {
  readonly publicKey: string;
  readonly signed: readonly SignedTransaction[];
}

/** Position of a bad signature: which set, which transaction in it. */
export interface BadSignature {
  readonly set: number;
  readonly index: number;
}

export interface CheckOptions {
  readonly onProgress?: (checked: number, total: number) => void;
}

const BATCH = 256;
/** Below this a thread takes longer to start than the work does. */
const ALONE_MAX = 512;

/** Checks all signatures, on all cores when there are many; answers the bad ones in order. */
export async function checkSignatures(
  sets: readonly SignatureSet[],
  options: CheckOptions = {},
): Promise<readonly BadSignature[]> {
  const total = sets.reduce((sum, { signed }) => sum + signed.length, 0);
  const bad = total <= ALONE_MAX ? checkAlone(sets) : await checkTogether(sets, total, options);
  return bad.toSorted((a, b) => a.set - b.set || a.index - b.index);
}

function checkAlone(sets: readonly SignatureSet[]): BadSignature[] {
  return sets.flatMap(({ publicKey, signed }, set) => {
    const isGenuine = verifierOf(publicKey);
    return signed.flatMap(({ id, sig }, index) => (isGenuine(id, sig) ? [] : [{ set, index }]));
  });
}

interface Batch extends SignatureBatch {
  readonly set: number;
  readonly start: number;
}

function batchesOf(sets: readonly SignatureSet[]): readonly Batch[] {
  const batches: Batch[] = [];
  for (const [set, { publicKey, signed }] of sets.entries()) {
    for (let start = 0; start < signed.length; start += BATCH) {
      const part = signed.slice(start, start + BATCH);
      batches.push({
        number: batches.length,
        set,
        start,
        publicKey,
        ids: part.map(({ id }) => id),
        signatures: part.map(({ sig }) => sig),
      });
    }
  }
  return batches;
}

async function checkTogether(
  sets: readonly SignatureSet[],
  total: number,
  { onProgress }: CheckOptions,
): Promise<BadSignature[]> {
  const batches = batchesOf(sets);
  const file = `./signature-worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`;
  const workers = Array.from(
    { length: Math.min(availableParallelism(), batches.length) },
    () => new Worker(new URL(file, import.meta.url)),
  );
  const bad: BadSignature[] = [];
  let next = 0;
  let checked = 0;
  const serve = (worker: Worker): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const give = (): void => {
      const batch = batches[next];
      next += 1;
      if (batch === undefined) resolve();
      else worker.postMessage(batch satisfies SignatureBatch);
    };
    worker.on('error', reject);
    worker.on('message', ({ number, bad: found }: BatchVerdict) => {
      const batch = batches[number];
      if (batch === undefined) return;
      for (const index of found) bad.push({ set: batch.set, index: batch.start + index });
      checked += batch.ids.length;
      onProgress?.(checked, total);
      give();
    });
    give();
    return promise;
  };
  try {
    await Promise.all(workers.map(serve));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return bad;
}
