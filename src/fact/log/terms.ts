import type { Json, JsonObject, Micros, Sha256 } from '../../base/index.ts';

/** `kind:name`, for example `agent:harbor`. */
export type Entity = string;

/** `room/name`, for example `agent/mood`. */
export type Attribute = string;

/** SHA-256 of a transaction's canonical bytes. */
export type TransactionId = Sha256;

/** One operation as a caller states it. */
export interface FactInput {
  readonly e: Entity;
  readonly a: Attribute;
  /** Needed for an assert; for a retract only when the attribute is `many`. */
  readonly v?: Json;
  /** `assert` when absent. */
  readonly op?: 'assert' | 'retract';
  /** The transaction's own time when absent; `always` for the whole time axis. */
  readonly validFrom?: Micros | 'always';
  /** Exclusive; open when absent. */
  readonly validTo?: Micros;
  /** Whom a private value is about, so whose key seals it; the entity itself when absent. */
  readonly subject?: Entity;
}

/** One operation as a transaction's bytes hold it. */
export interface Fact extends FactInput {
  /** In place of `v` for a `private` attribute: the hash of the sealed blob that holds the value. */
  readonly sealed?: Sha256;
}

/** One operation as it is known: a fact with its transaction and position. */
export interface Datom {
  readonly e: Entity;
  readonly a: Attribute;
  readonly v: Json;
  readonly op: 'assert' | 'retract';
  readonly tx: TransactionId;
  readonly position: number;
  readonly at: Micros;
  /** Absent: since ever. */
  readonly validFrom?: Micros;
  /** Exclusive; absent: open. */
  readonly validTo?: Micros;
}

/** What must hold for a transaction to be written; checked in the same lock as the write. */
export type Precondition =
  | { readonly e: Entity; readonly a: Attribute; readonly is: Json }
  | { readonly e: Entity; readonly a: Attribute; readonly oneOf: readonly Json[] }
  | { readonly e: Entity; readonly a: Attribute; readonly absent: true };

export interface BlobRef {
  readonly hash: Sha256;
  readonly size: number;
  /** `git`: travels with the repository; `local`: this machine only; `sealed`: encrypted, may be erased. */
  readonly keep: 'git' | 'local' | 'sealed';
}

/** A signed transaction with its decoded contents. */
export interface Transaction {
  readonly id: TransactionId;
  readonly writer: string;
  readonly seq: number;
  readonly prev: TransactionId | undefined;
  readonly parents: readonly TransactionId[];
  readonly branch?: string;
  readonly at: Micros;
  readonly by: string;
  readonly why: JsonObject;
  readonly if: readonly Precondition[];
  readonly facts: readonly Fact[];
  readonly blobs: readonly BlobRef[];
}
