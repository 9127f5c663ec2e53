import { join } from 'node:path';
import {
  type Disk,
  isSha256,
  type Random,
  sha256,
  writeFileAtomic,
  writeFilesAtomic,
} from '../../base/index.ts';
import { FactError } from '../error.ts';
import type { BlobRef } from '../log.ts';
import type { BlobFiles } from '../sealing/blob-files.ts';

export interface BlobFolderOptions {
  /** The `.datum` folder. */
  readonly datum: string;
  readonly disk: Disk;
  readonly random: Random;
}

/**
 * Content by hash, raw: in `.datum/blobs/`, which git keeps, or in `.datum/local-blobs/`, which it
 * never sees. Sealed blobs are ciphertext and travel with git.
 */
export function openBlobFolder({ datum, disk, random }: BlobFolderOptions): BlobFiles {
  const pathOf = (hash: string, keep: BlobRef['keep']): string =>
    join(datum, keep === 'local' ? 'local-blobs' : 'blobs', hash.slice(0, 2), hash);
  const where: BlobFiles['where'] = (hash) => {
    if (!isSha256(hash)) return undefined;
    if (disk.exists(pathOf(hash, 'git'))) return 'shared';
    return disk.exists(pathOf(hash, 'local')) ? 'local' : undefined;
  };
  return {
    where,
    write: (content, keep) => {
      const hash = sha256(content);
      const path = pathOf(hash, keep);
      if (!disk.exists(path)) writeFileAtomic(path, content, { disk, random });
      return { hash, size: content.length, keep };
    },
    writeAll: async (blobs) => {
      const refs = blobs.map(({ content, keep }): BlobRef => {
        return { hash: sha256(content), size: content.length, keep };
      });
      const files = new Map<string, Uint8Array>();
      blobs.forEach(({ content, keep }, at) => {
        const path = pathOf(refs[at]?.hash ?? '', keep);
        if (!disk.exists(path)) files.set(path, content);
      });
      await writeFilesAtomic(files, { disk, random });
      return refs;
    },
    read: (hash) => {
      const place = where(hash);
      if (place === undefined) return undefined;
      const path = pathOf(hash, place === 'local' ? 'local' : 'git');
      const bytes = disk.readFile(path);
      if (sha256(bytes) !== hash) throw blobDamaged(hash, path);
      return bytes;
    },
    remove: (hash) => {
      if (!isSha256(hash)) return;
      disk.remove(pathOf(hash, 'git'));
      disk.remove(pathOf(hash, 'local'));
    },
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
