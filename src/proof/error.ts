import { DatumError } from '../base/index.ts';

/** Thrown for proofs and checkpoints that do not parse, and for what cannot be proven. */
export class ProofError extends DatumError {}
