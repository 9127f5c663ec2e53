import type { Json, JsonObject } from '../base/index.ts';

/** How the work on an outcome ended (atomic-runtime §16). */
export type OutcomeStatus = 'satisfied' | 'max_iterations_reached' | 'failed' | 'interrupted';

/** What one draft cost and what its judge said; further fields are the runner's own. */
export type OutcomeIteration = JsonObject;

export interface Outcome {
  readonly run: string;
  readonly description: string;
  readonly rubric: string;
  readonly status: OutcomeStatus;
  readonly explanation: string;
  readonly iterations: readonly OutcomeIteration[];
  readonly costUsd: number;
  /** Instants as text. */
  readonly started: string;
  readonly ended: string;
  readonly files: readonly string[];
  /** Whatever else the runner wants kept. */
  readonly more?: Json;
}

/** Results of outcome runs, each written once (atomic-backends §20). */
export interface Outcomes {
  /** Throws `work/outcome-written` when the run has a result; a later one never replaces it. */
  write(agent: string, outcome: Outcome): Promise<void>;
  read(agent: string, run: string): Promise<Outcome | undefined>;
  /** Runs that have a result, sorted. */
  list(agent: string): Promise<readonly string[]>;
}
