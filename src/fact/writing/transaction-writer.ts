import type { JsonObject } from '../../base/index.ts';
import { type Clock, type Micros, type Random, sha256 } from '../../base/index.ts';
import type { FactIndex } from '../fact-index.ts';
import { generateKeyPair } from '../key-pair.ts';
import { encodeLine } from '../line.ts';
import type { BlobRef, Fact, Precondition, Transaction, TransactionId } from '../log.ts';
import type { Located } from '../reading/stored-chains.ts';
import type { Vault } from '../sealing/vault.ts';
import { encodeTransaction, type TransactionContent } from '../transaction.ts';
import type { Store } from './store.ts';

/** What a new transaction says; the writer adds the chain. */
export interface Draft {
  readonly at: Micros;
  readonly parents?: readonly TransactionId[];
  readonly branch?: string;
  readonly by?: string;
  readonly why?: JsonObject;
  readonly if?: readonly Precondition[];
  /** As they stand in the bytes. */
  readonly facts: readonly Fact[];
  /** The canonical texts of `facts`, where they are known already. */
  readonly texts?: readonly string[];
  /** As the index shall show them: private values in clear. */
  readonly shown?: readonly Fact[];
  readonly blobs?: readonly BlobRef[];
}

/** A transaction that is written. */
export interface Written {
  readonly id: TransactionId;
  readonly seq: number;
  readonly at: Micros;
}

export interface TransactionWriterOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
}

/** What transactions are written with, under one lock. */
export interface TransactParts {
  readonly index: FactIndex;
  readonly vault: Vault;
  readonly writer: TransactionWriter;
}

/** Signs and indexes transactions under one lock, each on top of the last, and keeps their lines. */
export class TransactionWriter {
  readonly #store: Store;
  readonly #index: FactIndex;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #lines: Uint8Array[] = [];
  readonly #transactions: Transaction[] = [];
  #applying = false;
  #newest: (Written & { readonly writer: string }) | undefined;

  constructor({ store, clock, random }: TransactionWriterOptions) {
    this.#store = store;
    this.#index = store.index;
    this.#clock = clock;
    this.#random = random;
  }

  /** The lines written so far, in order. */
  get lines(): readonly Uint8Array[] {
    return this.#lines;
  }

  /** The transactions of these lines as the index shows them, read again. */
  get transactions(): readonly Transaction[] {
    return this.#transactions.map(readAgain);
  }

  /** The newest transaction written here, with its writer. */
  get newest(): (Written & { readonly writer: string }) | undefined {
    return this.#newest;
  }

  /** True once a transaction has failed half-way into the index: nothing of the lock can stand. */
  get failed(): boolean {
    return this.#applying;
  }

  /** True while this copy has written nothing but there is history it has to name first. */
  get mustTakeIn(): boolean {
    return this.#ownHead() === undefined && this.#index.chains.heads().length > 0;
  }

  /** The hybrid clock: never before the machine's, always after all that the transaction has seen. */
  time(parents: Iterable<{ readonly at: Micros }> = []): Micros {
    const own = this.#ownHead();
    let at = Math.max(this.#clock.now(), own === undefined ? 0 : own.at + 1);
    for (const parent of own === undefined ? this.#index.chains.heads() : parents) {
      at = Math.max(at, parent.at + 1);
    }
    return at;
  }

  put({ texts, shown, ...draft }: Draft): Written {
    const key = this.#store.key() ?? generateKeyPair(this.#random);
    const head = this.#index.chains.head(key.writer);
    const { by = `writer:${key.writer}`, why = {}, blobs = [], parents = [] } = draft;
    const content: TransactionContent = {
      ...draft,
      writer: key.writer,
      seq: (head?.seq ?? 0) + 1,
      prev: head?.id,
      parents,
      by,
      why,
      if: draft.if ?? [],
      blobs,
    };
    const text = encodeTransaction(content, texts);
    const id = sha256(text);
    if (this.#store.key() === undefined) this.#store.keepKey(key);
    const sig = key.sign(id);
    const line = encodeLine(sig, text);
    const facts = shown ?? content.facts;
    const transaction = { ...content, id, facts, line: line.subarray(0, -1), own: true };
    this.#applying = true;
    if (this.#index.chains.known() === undefined) this.#store.meta.set('home', id);
    this.#index.apply([transaction]);
    if (shown !== undefined) this.#store.sealed.note({ ...content, id });
    const { projections } = this.#index;
    if (projections.follows) projections.keepUp(readAgain(transaction));
    this.#applying = false;
    this.#lines.push(line);
    this.#transactions.push(transaction);
    this.#newest = { id, seq: content.seq, at: content.at, writer: key.writer };
    return this.#newest;
  }

  #ownHead(): Located | undefined {
    const key = this.#store.key();
    return key && this.#index.chains.head(key.writer);
  }
}

/** A transaction as it is read again from its bytes. */
const readAgain = (transaction: Transaction): Transaction => ({
  ...transaction,
  facts: transaction.facts.map(asRead(transaction.at)),
});

/** A fact as it is read again from the bytes of a transaction of time `at`. */
const asRead =
  (at: Micros) =>
  ({ a, e, op, sealed, v, validFrom, validTo }: Fact): Fact => ({
    e,
    a,
    ...(v === undefined ? {} : { v }),
    ...(op === 'retract' ? { op } : {}),
    ...(sealed === undefined ? {} : { sealed }),
    ...(validFrom === undefined || validFrom === at ? {} : { validFrom }),
    ...(validTo === undefined ? {} : { validTo }),
  });
