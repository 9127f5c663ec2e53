import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Random, sha256 } from '../../src/base/index.ts';
import { encodeLine, encodeTransaction, keyPairOf } from '../../src/fact/index.ts';

export interface ManyWriters {
  readonly writers: number;
  /** Of the first transaction, in microseconds; each further one comes a microsecond later. */
  readonly start: number;
  readonly random: Random;
}

/** Writes the files of a home in which very many have written one transaction each, all on top of the first. */
export function plantWriters(home: string, { random, start, writers }: ManyWriters): void {
  let founder: string | undefined;
  mkdirSync(join(home, '.datum', 'keys'), { recursive: true });
  for (let n = 0; n < writers; n += 1) {
    const key = keyPairOf(random.bytes(32));
    const text = encodeTransaction({
      writer: key.writer,
      seq: 1,
      prev: undefined,
      parents: founder === undefined ? [] : [founder],
      at: start + n,
      by: 'user:ada',
      why: {},
      if: [],
      facts: [{ e: `agent:${n}`, a: 'agent/step', v: n }],
      blobs: [],
    });
    const id = sha256(text);
    founder ??= id;
    const folder = join(home, '.datum', 'log', key.writer);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(home, '.datum', 'keys', `${key.writer}.pub`), `${key.publicKey}\n`);
    writeFileSync(join(folder, '000001.jsonl'), encodeLine(key.sign(id), text));
  }
}
