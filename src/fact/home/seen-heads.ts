import type { TransactionId } from '../log.ts';
import { type HomeOptions, homeWorld } from './home-world.ts';

/** The newest transaction of a writer that this machine has seen in a home. */
export interface SeenHead {
  readonly writer: string;
  readonly seq: number;
  readonly id: TransactionId;
}

/**
 * What this machine remembers of a home's log, for a verifier to compare; empty where it has never been
 * opened. Needs no index and no whole log. Throws `fact/state-damaged` when the record itself is.
 */
export function seenHeads(options: HomeOptions): readonly SeenHead[] {
  const { state } = homeWorld(options);
  try {
    return [...state.heads()].map(([writer, { seq, id }]) => ({ writer, seq, id }));
  } finally {
    state.close();
  }
}
