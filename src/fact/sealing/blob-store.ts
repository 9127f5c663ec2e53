import { FactError } from '../error.ts';
import type { Blobs } from '../log.ts';
import { sealedWith } from './seal.ts';
import type { Vault } from './vault.ts';

/** The blobs of a log: raw by hash, sealed ones opened where their key is on this machine. */
export const openBlobs = (vault: Vault): Blobs => ({
  put: async (content, keep, { subject } = {}) => {
    const bytes = Buffer.from(content);
    if (keep !== 'sealed') return vault.blobs.write(bytes, keep);
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
});
