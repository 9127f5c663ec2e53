import { isSha256, type Sha256, sha256 } from '../../base/index.ts';
import type { BlobRef } from '../log.ts';

/** Content that becomes a blob. */
export interface NewBlob {
  readonly content: Uint8Array;
  readonly keep: BlobRef['keep'];
}

/** Raw content by hash, as it is stored. */
export interface BlobFiles {
  write(content: Uint8Array, keep: BlobRef['keep']): BlobRef;
  /** Several, of one call or of many, with syncs that they share. */
  writeAll(blobs: readonly NewBlob[]): Promise<readonly BlobRef[]>;
  /** `undefined` when it is not here; throws `fact/blob-damaged`. */
  read(hash: Sha256): Uint8Array | undefined;
  /** Where it is kept, `undefined` when it is not here. */
  where(hash: Sha256): 'shared' | 'local' | undefined;
  remove(hash: Sha256): void;
}

/** Blobs that end with the process. */
export function memoryBlobFiles(): BlobFiles {
  const contents = new Map<Sha256, { readonly bytes: Buffer; readonly keep: BlobRef['keep'] }>();
  const write: BlobFiles['write'] = (content, keep) => {
    const bytes = Buffer.from(content);
    const hash = sha256(bytes);
    contents.set(hash, { bytes, keep });
    return { hash, size: bytes.length, keep };
  };
  return {
    write,
    writeAll: async (blobs) => blobs.map(({ content, keep }) => write(content, keep)),
    read: (hash) => (isSha256(hash) ? contents.get(hash)?.bytes : undefined),
    where: (hash) => {
      const found = contents.get(hash);
      return found && (found.keep === 'local' ? 'local' : 'shared');
    },
    remove: (hash) => {
      contents.delete(hash);
    },
  };
}
