/** `proof`: that a log is whole and unchanged, from its bytes alone. */
export {
  type Checkpoint,
  checkpointText,
  originOf,
  parseCheckpoint,
  signCheckpoint,
} from './checkpoint.ts';
export { ProofError } from './error.ts';
export { type Finding, findingData } from './finding.ts';
export { type LogFiles, logFilesOf } from './log-files.ts';
export {
  type Consistency,
  consistencyProof,
  GrowingTree,
  type Inclusion,
  inclusionProof,
  leafHash,
  type MerkleHash,
  merkleRoot,
  provesConsistency,
  provesInclusion,
} from './merkle-tree.ts';
export {
  isSignedBy,
  type NoteSignature,
  type NoteSigner,
  type NoteVerifier,
  parseNote,
  printNote,
  type SignedNote,
  signNote,
} from './signed-note.ts';
export { type SeenHead, type VerifyOptions, type VerifyReport, verifyLog } from './verify.ts';
export {
  type ChainOptions,
  readChain,
  type SignedTransaction,
  type WriterChain,
} from './writer-chain.ts';
