import { join } from 'node:path';
import { FactError } from '../error.ts';
import type { KeyPair } from '../key-pair.ts';
import type { TransactionId } from '../log.ts';

/** The newest transaction of a writer. */
export interface Head {
  readonly seq: number;
  readonly id: TransactionId;
}

/** What a machine remembers of one working copy, outside it. */
export interface CopyRecord {
  /** The home's first transaction; absent while there is none. */
  readonly home?: TransactionId;
  /** The name its index must carry to be believed. */
  readonly instance: string;
  /** The copy's own writer; absent until its first write. */
  readonly writer?: string;
}

/**
 * The state a machine keeps of one working copy: its record, its writer's key and the heads it last
 * saw. A copied, moved or cloned folder has another real path or inode and so finds no record.
 */
export interface CopyState {
  record(): CopyRecord | undefined;
  remember(record: CopyRecord): void;
  key(writer: string): KeyPair | undefined;
  /** Keeps the key of the copy's writer, before its first transaction; under the lock. */
  keepKey(key: KeyPair): void;
  /** The heads last seen, by writer. */
  heads(): ReadonlyMap<string, Head>;
  /** The own writer's newest as it was last seen. */
  ownHead(): (Head & { readonly writer: string }) | undefined;
  /** Changes with what {@link CopyState.sawAll} was told. */
  headsVersion(): string | undefined;
  /** The own writer's newest; called at every write, so it is not synced. */
  sawOwn(writer: string, head: Head): void;
  /** All heads, after a take-in. */
  sawAll(heads: ReadonlyMap<string, Head>): void;
  /** Has the index made again at the next opening. */
  forgetIndex(): void;
  /** Forgets the copy, so that it is a new one; keys stay. */
  forget(): void;
  close(): void;
}

/** Names the folder of the machine's state: `$DATUM_STATE`, else the XDG state folder. */
export function stateRoot(env: Readonly<Record<string, string | undefined>>): string {
  const { DATUM_STATE, HOME, LOCALAPPDATA, USERPROFILE, XDG_STATE_HOME } = env;
  if (DATUM_STATE) return DATUM_STATE;
  if (XDG_STATE_HOME) return join(XDG_STATE_HOME, 'datum');
  if (LOCALAPPDATA) return join(LOCALAPPDATA, 'datum');
  const home = HOME ?? USERPROFILE;
  if (home) return join(home, '.local', 'state', 'datum');
  throw new FactError({
    code: 'fact/no-state-folder',
    message: 'no place for the state of this machine',
    hint: 'set DATUM_STATE or HOME',
    kind: 'usage',
  });
}
