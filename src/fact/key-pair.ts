import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { type Random, sha256 } from '../base/index.ts';
import type { SignatureHex } from './line.ts';
import type { TransactionId } from './log.ts';

/** An Ed25519 key pair (RFC 8032) and the name its public half gives to the writer. */
export interface KeyPair {
  /** The first 32 hex digits of the SHA-256 of the 32 raw bytes of the public key. */
  readonly writer: string;
  /** The raw public key in 64 lower-case hex digits. */
  readonly publicKey: string;
  /** The 32 secret bytes; they stay in the machine's state folder. */
  readonly seed: Uint8Array;
  /** The signature over the 32 raw bytes of a transaction's id. */
  readonly sign: (id: TransactionId) => SignatureHex;
  /** The signature over any message, 64 bytes. */
  readonly signMessage: (message: Uint8Array) => Uint8Array;
}

/** A new key pair from 32 random bytes. */
export const generateKeyPair = (random: Random): KeyPair => keyPairOf(random.bytes(32));

/** The key pair of a 32-byte seed. */
export function keyPairOf(seed: Uint8Array): KeyPair {
  const der = Buffer.concat([PKCS8_PREFIX, seed]);
  const secret = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(secret).export({ format: 'der', type: 'spki' });
  const publicKey = spki.subarray(SPKI_PREFIX.length).toString('hex');
  return {
    writer: writerOf(publicKey),
    publicKey,
    seed: Uint8Array.from(seed),
    sign: (id) => sign(null, Buffer.from(id, 'hex'), secret).toString('hex'),
    signMessage: (message) => sign(null, message, secret),
  };
}

/** The writer's name that belongs to a raw public key in hex. */
export const writerOf = (publicKey: string): string =>
  sha256(Buffer.from(publicKey, 'hex')).slice(0, 32);

/** True for a writer's name. */
export const isWriter = (text: unknown): text is string =>
  typeof text === 'string' && /^[0-9a-f]{32}$/.test(text);

/** Checks signatures of one public key, given raw in 64 hex digits. */
export function verifierOf(publicKey: string): (id: TransactionId, sig: SignatureHex) => boolean {
  const der = Buffer.concat([SPKI_PREFIX, Buffer.from(publicKey, 'hex')]);
  const key: KeyObject = createPublicKey({ key: der, format: 'der', type: 'spki' });
  return (id, sig) => verify(null, Buffer.from(id, 'hex'), key, Buffer.from(sig, 'hex'));
}

/** The fixed DER before the raw key bytes (RFC 8410 §4 and §7). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
