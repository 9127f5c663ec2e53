import { join } from 'node:path';
import { type Disk, isSha256, type Random, sha256, writeFileAtomic } from '../../base/index.ts';
import { FactError } from '../error.ts';
import type { BlobRef, Blobs } from '../log.ts';

export interface BlobFolderOptions {
  /** The `.datum` folder. */
  readonly datum: string;
  readonly disk: Disk;
  readonly random: Random;
}

/**
 * Content by hash, raw: in `.datum/blobs/` where git keeps it, or in `.datum/local-blobs/`, which git
 * never sees. Sealed blobs are ciphertext and travel with git.
 */
export function openBlobFolder({ datum, disk, random }: BlobFolderOptions): Blobs {
  const pathOf = (hash: string, keep: BlobRef['keep']): string =>
    join(datum, keep === 'local' ? 'local-blobs' : 'blobs', hash.slice(0, 2), hash);
  return {
    put: async (content, keep) => {
      const bytes = Buffer.from(content);
      const hash = sha256(bytes);
      const path = pathOf(hash, keep);
      if (!disk.exists(path)) writeFileAtomic(path, bytes, { disk, random });
      return { hash, size: bytes.length, keep };
    },
    get: async (hash) => {
      if (!isSha256(hash)) return undefined;
      const path = [pathOf(hash, 'git'), pathOf(hash, 'local')].find((file) => disk.exists(file));
      if (path === undefined) return undefined;
      const bytes = disk.readFile(path);
      if (sha256(bytes) !== hash) throw blobDamaged(hash, path);
      return bytes;
    },
  };
}

/** Blobs that end with the process. */
export function memoryBlobs(): Blobs {
  const contents = new Map<string, Buffer>();
  return {
    put: async (content, keep) => {
      const bytes = Buffer.from(content);
      const hash = sha256(bytes);
      contents.set(hash, bytes);
      return { hash, size: bytes.length, keep };
    },
    get: async (hash) => contents.get(hash),
  };
}

const blobDamaged = (hash: string, path: string): FactError =>
  new FactError({
    code: 'fact/blob-damaged',
    message: `a blob does not have the hash it is named by: ${path}`,
    hint: 'bring the file back from git or from a clone',
    kind: 'integrity',
    data: { hash, path },
  });
