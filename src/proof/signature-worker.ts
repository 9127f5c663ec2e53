import { createPublicKey, verify } from 'node:crypto';
import { parentPort } from 'node:worker_threads';

/** Signatures of one key to check: ids and signatures in hex, one after another. */
export interface SignatureBatch {
  readonly number: number;
  readonly publicKey: string;
  readonly ids: readonly string[];
  readonly signatures: readonly string[];
}

/** Which of a batch do not hold. */
export interface BatchVerdict {
  readonly number: number;
  readonly bad: readonly number[];
}

const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

parentPort?.on('message', ({ number, publicKey, ids, signatures }: SignatureBatch) => {
  const der = Buffer.concat([SPKI, Buffer.from(publicKey, 'hex')]);
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  const bad: number[] = [];
  for (const [index, id] of ids.entries()) {
    const signature = Buffer.from(signatures[index] ?? '', 'hex');
    if (!verify(null, Buffer.from(id, 'hex'), key, signature)) bad.push(index);
  }
  parentPort?.postMessage({ number, bad } satisfies BatchVerdict);
});
