import { TextMemory } from '../../base/index.ts';
import { FactError } from '../error.ts';
import type { BlobRef, Blobs } from '../log.ts';
import { WriteQueue } from '../writing/write-queue.ts';
import type { NewBlob } from './blob-files.ts';
import { sealedWith } from './seal.ts';
import type { Vault } from './vault.ts';

/** So many blobs, at most, are synced together. */
const GROUP_MAX = 1024;

/** Characters of the texts that are known to be kept. */
const KNOWN_LENGTH_MAX = 4 * 1024 * 1024;

/**
 * The blobs of a log: raw by hash, sealed ones opened where their key is on this machine. Those put
 * at the same time are synced together.
 */
export function openBlobs(vault: Vault): Blobs {
  const queue = new WriteQueue<NewBlob, BlobRef>({
    commit: async (blobs) => (await vault.blobs.writeAll(blobs)).map((result) => ({ result })),
    sizeOf: () => 1,
    groupSizeMax: GROUP_MAX,
  });
  // Texts that stay the same are put there again and again.
  const known = new TextMemory<BlobRef>({ lengthMax: KNOWN_LENGTH_MAX });
  const keepText = async (text: string): Promise<BlobRef> => {
    const found = known.get(text);
    // Git or a person may have taken the file away meanwhile.
    if (found !== undefined && vault.blobs.where(found.hash) === 'shared') return found;
    const ref = await queue.add({ content: Buffer.from(text), keep: 'git' });
    known.set(text, ref);
    return ref;
  };
  return {
    put: async (content, keep, { subject } = {}) => {
      if (keep === 'git' && typeof content === 'string') return keepText(content);
      const bytes = Buffer.from(content);
      if (keep !== 'sealed') return queue.add({ content: bytes, keep });
      if (subject !== undefined) return vault.seal(bytes, subject);
      throw new FactError({
        code: 'fact/no-subject',
        message: 'a sealed blob needs the entity it is about',
        hint: 'pass { subject } with the blob',
        kind: 'usage',
      });
    },
    get: async (hash) => {
      const bytes = vault.blobs.read(hash);
      if (bytes === undefined || sealedWith(bytes) === undefined) return bytes;
      const content = vault.open(hash);
      return typeof content === 'string' ? undefined : content;
    },
  };
}
