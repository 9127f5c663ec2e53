import type { Entity, Erasure, FactInput, Log, SubjectKeys, TransactOptions } from '../log.ts';
import {
  carryOutOrders,
  ERASURE_BLOB,
  type EraserOptions,
  inClear,
  orderFor,
} from '../sealing/erase.ts';
import { isOf, printKeys, readKeys, takeKeys } from '../sealing/key-exchange.ts';
import type { SideWork } from './side-work.ts';
import type { Store } from './store.ts';

/** Stated when keys leave this machine: from then on an erasure has to be ordered elsewhere too. */
const HANDED_OVER = Object.freeze({ e: 'keys:subjects', a: 'keys/exported', v: true });

export interface PrivateValuesOptions {
  readonly log: Pick<Log, 'transact' | 'clock'>;
  readonly store: Store;
  readonly side: SideWork;
}

/** The keys of private values, and forgetting them for good. */
export class PrivateValues {
  readonly #options: PrivateValuesOptions;

  constructor(options: PrivateValuesOptions) {
    this.#options = options;
  }

  get keys(): SubjectKeys {
    const { log, side, store } = this.#options;
    return {
      export: async (subjects) => {
        await log.transact([HANDED_OVER], { why: { source: 'keys' } });
        return printKeys((store.vault.cabinet?.all() ?? []).filter(isOf(subjects)));
      },
      import: (text) => side(() => takeKeys(readKeys(text), this.#eraser())),
    };
  }

  async erase(subject: Entity, { by, why }: Pick<TransactOptions, 'by' | 'why'>): Promise<Erasure> {
    const { log, store } = this.#options;
    const order = orderFor(subject, this.#eraser());
    const clear = inClear(subject, store.index);
    const blobs = order.flatMap(({ a, v }) => (a === ERASURE_BLOB ? [String(v)] : []));
    if (order.length === 0) return { outcome: 'cannot', blobs, clear };
    await log.transact(order satisfies readonly FactInput[], {
      ...(by === undefined ? {} : { by }),
      why: { source: 'erase', ...why },
    });
    await this.carryOutOrders();
    return { outcome: this.#isElsewhere() ? 'ordered' : 'gone', blobs, clear };
  }

  /** Erases here what the log orders, and leaves no trace of it in the index file. */
  async carryOutOrders(): Promise<void> {
    const { side, store } = this.#options;
    const { index, local, meta } = store;
    if (index.readOnly) return;
    await side(() => {
      if (carryOutOrders(this.#eraser())) meta.set('scrub', 'due');
    });
    if (meta.get('scrub') !== 'due') return;
    await local.scrub();
    await side(() => meta.set('scrub', 'done'));
  }

  /** Whether another copy may be able to read what is private here. */
  #isElsewhere(): boolean {
    const { log, store } = this.#options;
    const { e, a } = HANDED_OVER;
    const { index } = store;
    return index.chains.heads().length > 1 || index.view({}, log.clock.now()).get(e, a) === true;
  }

  #eraser(): EraserOptions {
    const { index, sealed, vault } = this.#options.store;
    return { index, table: sealed, vault };
  }
}
