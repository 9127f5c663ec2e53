import type { FactError } from '../error.ts';
import type { Head } from '../home/machine-state.ts';
import type { KeyPair } from '../key-pair.ts';
import type { Arrived } from '../log.ts';
import type { LocalDatabase } from './local-database.ts';
import type { StoreParts } from './store-parts.ts';

/** So many facts are worked on before others may have the lock and the event loop. */
export const FACTS_PER_STEP = 5_000;

/** What was read from other writers' files. */
export interface Arrivals {
  readonly arrived: readonly Arrived[];
  /** What could not be read, and why. */
  readonly problems: readonly FactError[];
}

/**
 * What a kind of store adds to the index: where the signed lines and the writer's key are kept.
 * Everything but `isBehind`, `readNew`, `saw`, `synced` and `close` is called under the lock of the home.
 */
export interface Store extends StoreParts {
  readonly local: LocalDatabase;
  /** Nothing is written: what others wrote and no take-in has made known stays unknown. */
  readonly onlyLooks?: true;
  /** The key of this copy's writer; `undefined` before its first write. */
  key(): KeyPair | undefined;
  /** Keeps a new writer's key, before its first transaction is written. */
  keepKey(key: KeyPair): void;
  /** Brings files and index together before anything is written; throws when that cannot be. */
  prepare(): void;
  /** Whether nobody else has written since this process last did, so that its index may lag behind; `prepare` may find that they have. */
  readonly isAlone: boolean;
  /** Keeps signed lines in order; they are durable afterwards when `durable`. */
  append(lines: readonly Uint8Array[], durable: boolean): void;
  /** Notes that the index has all that was appended. */
  indexed(): void;
  /** Takes back what `append` wrote, after a failure; the store closes when that fails too. */
  undo(): void;
  /** Makes durable what was appended without. */
  sync(): void;
  /** Whether something was acknowledged, by this process or another of its working copy, that the index does not have; a look, without the lock. */
  isBehind(): boolean;
  /** Reads what other writers' files hold and the index does not; takes the lock itself. */
  readNew(): Promise<Arrivals>;
  /** Remembers, outside the log, the newest of every writer. */
  saw(heads: ReadonlyMap<string, Head>): void;
  /** Remembers, outside the log, the newest of the own writer, which is durable. */
  synced(writer: string, head: Head): void;
  close(): void;
}
