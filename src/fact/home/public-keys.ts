import { join } from 'node:path';
import { type Disk, type Random, writeFileAtomic } from '../../base/index.ts';
import { verifierOf, writerOf } from '../key-pair.ts';
import type { SignatureHex } from '../line.ts';
import type { TransactionId } from '../log.ts';
import { unknownKey } from './problem.ts';

export type Verifier = (id: TransactionId, sig: SignatureHex) => boolean;

/** The public keys of a home's writers: `.datum/keys/<writer>.pub`, 64 hex digits and a newline. */
export interface PublicKeys {
  /** Throws `fact/no-public-key` when the key is absent or is not the one the writer is named by. */
  verifier(writer: string): Verifier;
  /** The key in hex, `undefined` when it is absent or another's. */
  find(writer: string): string | undefined;
  keep(writer: string, publicKey: string): void;
}

export function openPublicKeys(folder: string, disk: Disk, random: Random): PublicKeys {
  const path = (writer: string): string => join(folder, `${writer}.pub`);
  const find = (writer: string): string | undefined => {
    const text = disk.exists(path(writer)) ? disk.readFile(path(writer)).toString('latin1') : '';
    const publicKey = text.slice(0, 64);
    const genuine = /^[0-9a-f]{64}\n$/.test(text) && writerOf(publicKey) === writer;
    return genuine ? publicKey : undefined;
  };
  return {
    find,
    verifier: (writer) => {
      const publicKey = find(writer);
      if (publicKey === undefined) throw unknownKey(writer, path(writer));
      return verifierOf(publicKey);
    },
    keep: (writer, publicKey) => {
      writeFileAtomic(path(writer), `${publicKey}\n`, { disk, random });
    },
  };
}
