import type { Database } from './database.ts';
import type { Attribute, Fact } from './terms.ts';

/**
 * A read whose answer is kept in memory and folded on with each transaction that this process
 * writes, so that asking again costs by what is new. See `Log.kept`.
 */
export interface KeptRead<State> {
  /** The attributes whose facts the answer is made from; none of any other entity or attribute. */
  readonly attributes: readonly Attribute[];
  /** The answer at any point of the log, read from there. */
  read(database: Database): Promise<State>;
  /**
   * The answer after the facts of one more transaction, those of other attributes left out and all of
   * them open-ended from its time on. `undefined`: it has to be read again.
   */
  fold(state: State, facts: readonly Fact[]): State | undefined;
}
