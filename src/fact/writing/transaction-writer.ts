import type { JsonObject } from '../../base/index.ts';
import { type Clock, type Micros, type Random, sha256 } from '../../base/index.ts';
import type { FactIndex } from '../fact-index.ts';
import { generateKeyPair } from '../key-pair.ts';
import { encodeLine } from '../line.ts';
import type { BlobRef, Fact, FactInput, Precondition, Transaction, TransactionId } from '../log.ts';
import type { Vault } from '../sealing/vault.ts';
import { encodeTransaction, type TransactionContent } from '../transaction.ts';
import { enterIndex, type OwnTransaction, readAgain } from './own-transaction.ts';
import type { Pending } from './pending.ts';
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
  /** What the index does not have yet. */
  readonly pending: Pending;
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
  readonly #transactions: OwnTransaction[] = [];
  readonly #pending: Pending;
  readonly #lags: boolean;
  #applying = false;
  #newest: (Written & { readonly writer: string }) | undefined;

  /** `lags`: what is written waits to be brought into the index, as all that is pending does. */
  constructor(
    { store, clock, random, pending }: TransactionWriterOptions,
    { lags }: { readonly lags: boolean },
  ) {
    this.#store = store;
    this.#index = store.index;
    this.#clock = clock;
    this.#random = random;
    this.#pending = pending;
    this.#lags = lags;
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
    const head = this.#headOf(key.writer);
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
    if (this.#lags) this.#pending.add(transaction);
    else {
      this.#applying = true;
      if (this.#index.chains.known() === undefined) this.#store.meta.set('home', id);
      if (shown !== undefined) this.#store.sealed.note({ ...content, id });
      enterIndex(this.#index, [transaction]);
      this.#applying = false;
    }
    this.#lines.push(line);
    this.#transactions.push(transaction);
    this.#newest = { id, seq: content.seq, at: content.at, writer: key.writer };
    return this.#newest;
  }

  /** Of facts of a new transaction those that change something. */
  changing<F extends FactInput>(
    facts: readonly F[],
    on: { readonly at: Micros; readonly branch?: string },
  ): F[] {
    return this.#lags ? this.#pending.changing(facts, on) : this.#index.changing(facts, on);
  }

  /** The newest transaction of the home's line, on which the next one stands. */
  newestKnown(): Written {
    const { chains } = this.#index;
    const known = chains.known() ?? '';
    const { id, seq, at } = this.#lagging() ?? chains.locate(known) ?? { id: known, seq: 0, at: 0 };
    return { id, seq, at };
  }

  #ownHead(): Written | undefined {
    const key = this.#store.key();
    return key && this.#headOf(key.writer);
  }

  #headOf(writer: string): Written | undefined {
    return this.#lagging() ?? this.#index.chains.head(writer);
  }

  #lagging(): Written | undefined {
    return this.#lags ? this.#pending.head : undefined;
  }
}
