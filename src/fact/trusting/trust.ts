import type { FactIndex } from '../fact-index.ts';
import { isWriter } from '../key-pair.ts';
import type { WriterStatus } from '../log.ts';
import type { MetaTable } from '../writing/meta-table.ts';
import { type HomeMemories, type HomeMemory, NOTHING } from './home-memory.ts';

/** Attribute of `writer:<name>`: true makes a writer trusted wherever its author is. */
export const WRITER_TRUSTED = 'writer/trusted';

/** Declarations that are read by whom one trusts, so they are made again when that changes. */
const DECLARATIONS = ['cardinality', 'unique', 'indexed', 'guarded', 'private'].map(
  (name) => `attribute/${name}`,
);

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
    // What the index was made with, until `refresh` looks again.
    this.#trusted = new Set(options.meta.get('trusted')?.match(/[0-9a-f]+/g) ?? []);
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
    this.#keepOwn();
    const before = this.#trusted;
    const { own, named } = this.#memory();
    this.#trusted = new Set([...own, ...named]);
    while (this.#addVouched());
    if (same(before, this.#trusted)) return;
    meta.set('trusted', [...this.#trusted].join(' '));
    if (DECLARATIONS.some((attribute) => index.used(attribute))) index.replay();
  }

  #memory(): HomeMemory {
    const home = this.#options.home();
    return home === undefined ? NOTHING : this.#options.memories.read(home);
  }

  /** Every working copy of this machine makes writers that all of them trust. */
  #keepOwn(): void {
    const { home, memories, own } = this.#options;
    const [id, writer] = [home(), own()];
    if (id === undefined || writer === undefined) return;
    const memory = memories.read(id);
    if (memory.own.has(writer)) return;
    memories.write(id, { ...memory, own: new Set([...memory.own, writer]) });
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
