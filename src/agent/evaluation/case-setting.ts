import type { RunOptions } from '../run-options.ts';
import type { Suite } from './suite.ts';

/** What a case is run with. */
export interface CaseSetting {
  readonly agent: string;
  readonly suite: Suite;
  readonly agentModel: string;
  readonly judgeModel: string;
  /** The caller named the model: the run is asked for it. */
  readonly model?: string;
  readonly options: RunOptions;
}
