/** `fact`: the append-only, signed, bitemporal log of a home, its stores and its reads. */

export { FactError } from './error.ts';
export { isAttribute } from './fact.ts';
export { type Declaration, FactIndex, type FactIndexOptions } from './fact-index.ts';
export { readChecked, writeChecked } from './home/checked-file.ts';
export type { HomeOptions } from './home/home-world.ts';
export { stateRoot } from './home/machine-state.ts';
export { type Recovered, type RecoverOptions, recoverLog } from './home/recover.ts';
export { type AcceptedRollback, acceptRollback, type GivenUp } from './home/roll-back.ts';
export { type SeenHead, seenHeads } from './home/seen-heads.ts';
export type { IndexedTransaction } from './indexed-transaction.ts';
export { isGuardedByNature } from './indexing/attribute-table.ts';
export {
  generateKeyPair,
  isWriter,
  type KeyPair,
  keyPairOf,
  verifierOf,
  writerOf,
} from './key-pair.ts';
export {
  bodyOf,
  decodeLine,
  encodeLine,
  isLine,
  NOT_A_LINE,
  type SignatureHex,
  type SignedBytes,
} from './line.ts';
export type * from './log.ts';
export {
  isUnwritable,
  type LogWorld,
  memoryLog,
  type OpenLogOptions,
  openLog,
} from './open-log.ts';
export { defineProjection } from './projection.ts';
export type { Located, StoredChains } from './reading/stored-chains.ts';
export {
  decodeTransaction,
  encodeTransaction,
  isBranch,
  type TransactionContent,
} from './transaction.ts';
