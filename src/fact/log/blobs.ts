import type { Sha256 } from '../../base/index.ts';
import type { Attribute, BlobRef, Entity, TransactionId } from './terms.ts';

export interface Blobs {
  /** A sealed blob needs the `subject` it is about, whose key seals it. */
  put(
    content: Uint8Array | string,
    keep: BlobRef['keep'],
    options?: { readonly subject?: Entity },
  ): Promise<BlobRef>;
  /** `undefined`: not on this machine, or erased. Throws `fact/blob-damaged` when the bytes do not match. */
  get(hash: Sha256): Promise<Uint8Array | undefined>;
}

/** What became of an erasure. */
export interface Erasure {
  /**
   * `gone`: no other copy can have it; `ordered`: gone here, and every other copy carries the order out
   * when it takes the log in; `cannot`: nothing of it was ever sealed.
   */
  readonly outcome: 'gone' | 'ordered' | 'cannot';
  /** The sealed blobs that are erased. */
  readonly blobs: readonly Sha256[];
  /** Facts about the subject that are in the log in clear, for good. */
  readonly clear: readonly { readonly tx: TransactionId; readonly a: Attribute }[];
}

/** The keys of private values on this machine: to hand over with care. */
export interface SubjectKeys {
  /** A text with the keys of some subjects, or of all; whoever has it can read them. */
  export(subjects?: readonly Entity[]): Promise<string>;
  /** Takes over what {@link SubjectKeys.export} gave; how many keys are new here. */
  import(text: string): Promise<number>;
}
