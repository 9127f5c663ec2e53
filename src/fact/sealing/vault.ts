import {
  canonicalize,
  type Json,
  type JsonObject,
  type Random,
  type Sha256,
} from '../../base/index.ts';
import { FactError } from '../error.ts';
import type { BlobRef, Entity, Fact, FactInput, Transaction } from '../log.ts';
import type { BlobFiles } from './blob-files.ts';
import { newSubjectKey, type SubjectKey, seal, sealedWith, unseal } from './seal.ts';
import type { KeyCabinet } from './subject-keys.ts';

/** What a read gives for a private value whose key is not on this machine. */
export const sealedMark = (hash: Sha256): JsonObject => ({ $sealed: hash });
/** What a read gives for a private value that was erased. */
export const erasedMark = (hash: Sha256): JsonObject => ({ $erased: hash });

export interface VaultOptions {
  readonly blobs: BlobFiles;
  /** The keys of this home; `undefined` before its first transaction. */
  readonly cabinet: () => KeyCabinet | undefined;
  readonly random: Random;
}

/** Seals and opens private content with the keys of this machine. */
export class Vault {
  readonly blobs: BlobFiles;
  readonly #options: VaultOptions;
  /** The key last used for a subject. */
  readonly #keys = new Map<Entity, string>();

  constructor(options: VaultOptions) {
    this.blobs = options.blobs;
    this.#options = options;
  }

  get cabinet(): KeyCabinet | undefined {
    return this.#options.cabinet();
  }

  /** Puts content into a blob that only the subject's key opens. */
  seal(content: Uint8Array, subject: Entity): BlobRef {
    return this.blobs.write(seal(content, this.#keyOf(subject)), 'sealed');
  }

  /** The content of a sealed blob, or why there is none. */
  open(hash: Sha256): Uint8Array | 'sealed' | 'erased' {
    const blob = this.blobs.read(hash);
    const id = blob && sealedWith(blob);
    const key = id === undefined ? undefined : this.cabinet?.find(id);
    if (key === 'destroyed') return 'erased';
    if (blob === undefined || key === undefined) return 'sealed';
    return unseal(blob, key) ?? 'sealed';
  }

  /** A fact as its bytes hold it: the value in a sealed blob. */
  sealFact({ subject, v, ...fact }: FactInput): { readonly fact: Fact; readonly blob?: BlobRef } {
    if (v === undefined) return { fact };
    const blob = this.seal(Buffer.from(canonicalize(v)), subject ?? fact.e);
    return { fact: { ...fact, sealed: blob.hash }, blob };
  }

  /** A transaction as the index shows it: private values in clear where they can be opened. */
  show<T extends Pick<Transaction, 'facts'>>(transaction: T): T {
    if (transaction.facts.every(({ sealed }) => sealed === undefined)) return transaction;
    return { ...transaction, facts: transaction.facts.map((fact) => this.#shown(fact)) };
  }

  /** The value that stands for a sealed one. */
  value(hash: Sha256): Json {
    const content = this.open(hash);
    if (content === 'sealed') return sealedMark(hash);
    if (content === 'erased') return erasedMark(hash);
    return JSON.parse(Buffer.from(content).toString('utf8')) as Json;
  }

  #shown(fact: Fact): Fact {
    return fact.sealed === undefined ? fact : { ...fact, v: this.value(fact.sealed) };
  }

  #keyOf(subject: Entity): SubjectKey {
    const { cabinet, random } = { cabinet: this.cabinet, random: this.#options.random };
    if (cabinet === undefined) throw noHome();
    const known = cabinet.find(this.#keys.get(subject) ?? '');
    if (known !== undefined && known !== 'destroyed') return known;
    const found = cabinet.all().find((key) => key.subject === subject);
    const key = found ?? newSubjectKey(subject, random);
    if (found === undefined) cabinet.put(key);
    this.#keys.set(subject, key.id);
    return key;
  }
}

const noHome = (): FactError =>
  new FactError({
    code: 'fact/no-home',
    message: 'a home keeps secrets only once it has its first transaction',
    hint: 'write a fact first',
  });
