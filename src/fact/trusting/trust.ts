import type { FactIndex } from '../fact-index.ts';
import { isWriter } from '../key-pair.ts';
import type { WriterStatus } from '../log.ts';
import type { MetaTable } from '../writing/meta-table.ts';
import { type HomeMemories, type HomeMemory, NOTHING } from './home-memory.ts';

/** Attribute of `writer:<name>`: true makes a writer trusted wherever its author is. */
export const WRITER_TRUSTED = 'writer/trusted';

export interface WriterTrustOptions {
  readonly index: FactIndex;
  readonly meta: MetaTable;
  readonly memories: HomeMemories;
  readonly own: () => string | undefined;
  readonly home: () => string | undefined;
}

/**
 * Whose facts count for guarded attributes: writers of this machine, writers named here, and those that
 * one of these vouches for by a fact `writer:<name> writer/trusted true`.
 */
export class WriterTrust {
  readonly #options: WriterTrustOptions;
  #trusted: ReadonlySet<string>;

  constructor(options: WriterTrustOptions) {
    this.#options = options;
    // What the index was made with, or is about to be, until `refresh` looks again.
    const made = options.meta.get('trusted')?.match(/[0-9a-f]+/g);
    const { own, named, vouched } = this.#memory();
    this.#trusted = new Set(made ?? [...own, ...named, ...vouched]);
    options.index.trust((writer) => this.#trusted.has(writer) || writer === options.own());
  }

  status(writer: string): WriterStatus['trust'] {
    const { own, named } = this.#memory();
    if (own.has(writer)) return 'own';
    if (named.has(writer)) return 'named';
    return this.#trusted.has(writer) ? 'vouched' : 'unknown';
  }

  /** Changes what is named here; under the lock. */
  name(change: (named: ReadonlySet<string>) => ReadonlySet<string>): void {
    const home = this.#options.home();
    if (home === undefined) return;
    const memory = this.#options.memories.read(home);
    this.#options.memories.write(home, { ...memory, named: change(memory.named) });
    this.refresh();
  }

  /** Looks again whom to trust, and has the index follow; under the lock. */
  refresh(): void {
    const { index, meta } = this.#options;
    const before = this.#trusted.union(this.#self());
    const { own, named } = this.#memory();
    this.#trusted = own.union(named).union(this.#self());
    while (this.#addVouched());
    this.#remember();
    const names = [...this.#trusted].sort().join(' ');
    if (meta.get('trusted') !== names) meta.set('trusted', names);
    if (!same(before, this.#trusted) && index.mustReplay()) index.replay();
  }

  #memory(): HomeMemory {
    const home = this.#options.home();
    return home === undefined ? NOTHING : this.#options.memories.read(home);
  }

  /** This copy's own writer, who counts from its first transaction on. */
  #self(): ReadonlySet<string> {
    const writer = this.#options.own();
    return new Set(writer === undefined ? [] : [writer]);
  }

  /** Every working copy of this machine makes writers that all of them trust. */
  #remember(): void {
    const id = this.#options.home();
    if (id === undefined) return;
    const memory = this.#options.memories.read(id);
    const own = memory.own.union(this.#self());
    const vouched = this.#trusted.difference(own).difference(memory.named);
    if (same(own, memory.own) && same(vouched, memory.vouched)) return;
    this.#options.memories.write(id, { ...memory, own, vouched });
  }

  /** Adds whom the trusted vouch for; true when that was anybody new. */
  #addVouched(): boolean {
    const before = this.#trusted.size;
    const trusted = new Set(this.#trusted);
    const view = this.#options.index.view({}, Number.MAX_SAFE_INTEGER);
    for (const { e, v } of view.datoms({ a: WRITER_TRUSTED })) {
      const writer = e.slice('writer:'.length);
      if (v === true && e.startsWith('writer:') && isWriter(writer)) trusted.add(writer);
    }
    this.#trusted = trusted;
    return trusted.size > before;
  }
}

const same = (one: ReadonlySet<string>, other: ReadonlySet<string>): boolean =>
  one.size === other.size && one.isSubsetOf(other);
