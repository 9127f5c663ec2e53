import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import type { Random } from '../../base/index.ts';
import type { Entity } from '../log.ts';

/** The key under which everything about one subject is sealed; to destroy it is to forget. */
export interface SubjectKey {
  /** 32 hex digits, in clear in every blob it sealed. */
  readonly id: string;
  readonly subject: Entity;
  /** 32 secret bytes. */
  readonly secret: Uint8Array;
}

/** First bytes of every sealed blob. */
const MAGIC = Buffer.from('datum-sealed-1\n');
const ID = 16;
const NONCE = 12;
const TAG = 16;
const HEAD = MAGIC.length + ID;

export const newSubjectKey = (subject: Entity, random: Random): SubjectKey => ({
  id: Buffer.from(random.bytes(ID)).toString('hex'),
  subject,
  secret: Uint8Array.from(random.bytes(32)),
});

/**
 * The sealed form of content: magic, key id, nonce, AES-256-GCM ciphertext, tag, with magic and key id
 * as associated data. The nonce is made from key and content (a synthetic IV), so equal content under
 * one key is one blob, and no nonce is ever used for two contents.
 */
export function seal(content: Uint8Array, { id, secret }: SubjectKey): Buffer {
  const head = Buffer.concat([MAGIC, Buffer.from(id, 'hex')]);
  const nonce = derive(secret, 'nonce', content).subarray(0, NONCE);
  const cipher = createCipheriv('aes-256-gcm', derive(secret, 'key'), nonce).setAAD(head);
  const sealed = Buffer.concat([cipher.update(content), cipher.final()]);
  return Buffer.concat([head, nonce, sealed, cipher.getAuthTag()]);
}

/** The id of the key a blob is sealed with, `undefined` when it is not a sealed blob. */
export const sealedWith = (blob: Uint8Array): string | undefined => {
  const bytes = Buffer.from(blob.buffer, blob.byteOffset, blob.length);
  const isSealed =
    bytes.length >= HEAD + NONCE + TAG && bytes.subarray(0, MAGIC.length).equals(MAGIC);
  return isSealed ? bytes.toString('hex', MAGIC.length, HEAD) : undefined;
};

/** The content of a sealed blob, `undefined` when it does not open with this key. */
export function unseal(blob: Uint8Array, { id, secret }: SubjectKey): Buffer | undefined {
  if (sealedWith(blob) !== id) return undefined;
  const bytes = Buffer.from(blob.buffer, blob.byteOffset, blob.length);
  const nonce = bytes.subarray(HEAD, HEAD + NONCE);
  const decipher = createDecipheriv('aes-256-gcm', derive(secret, 'key'), nonce)
    .setAAD(bytes.subarray(0, HEAD))
    .setAuthTag(bytes.subarray(-TAG));
  const content = decipher.update(bytes.subarray(HEAD + NONCE, -TAG));
  try {
    return Buffer.concat([content, decipher.final()]);
  } catch {
    // The tag does not hold: not what this key sealed, which is all there is to say.
    return undefined;
  }
}

/** HMAC-SHA256 with a word for each use of the secret. */
function derive(secret: Uint8Array, use: 'key' | 'nonce', content?: Uint8Array): Buffer {
  const mac = createHmac('sha256', secret).update(`datum sealed ${use}\n`);
  return (content === undefined ? mac : mac.update(content)).digest();
}
