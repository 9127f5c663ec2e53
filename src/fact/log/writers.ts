import type { Micros } from '../../base/index.ts';
import type { TransactionId } from './terms.ts';

/** A writer of the log and why its facts count for guarded attributes, or that they do not. */
export interface WriterStatus {
  readonly writer: string;
  /** Made on this machine, named as trusted on it, vouched for by one of these, or none of it. */
  readonly trust: 'own' | 'named' | 'vouched' | 'unknown';
  readonly seq: number;
  readonly id: TransactionId;
  readonly at: Micros;
}

/** Whose facts count for guarded attributes here; a decision of this machine, not of the log. */
export interface Trust {
  /** All writers of the log. */
  writers(): Promise<readonly WriterStatus[]>;
  add(writers: readonly string[]): Promise<void>;
  remove(writers: readonly string[]): Promise<void>;
}

/** The key this working copy signs with. */
export interface Signer {
  readonly writer: string;
  /** The raw Ed25519 public key in 64 hex digits. */
  readonly publicKey: string;
  /** The Ed25519 signature (RFC 8032) over a message. */
  sign(message: Uint8Array): Uint8Array;
}
