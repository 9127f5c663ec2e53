import type { Micros } from '../base/index.ts';
import type { Database } from '../fact/index.ts';
import { type Cost, type ModelAnswer, roundUsd } from '../model/index.ts';
import type { RunRequest, ToolCallRecord } from './run-options.ts';

/** A run as it was begun: the same in the process that resumes it. */
export interface RunIdentity {
  /** `run-YYYYMMDD-HHMMSS-ffffff`. */
  readonly id: string;
  readonly request: RunRequest;
  readonly started: Micros;
  /** What the run read from: prompt and prices. */
  readonly database: Database;
  readonly resumed: boolean;
}

/** What a run has used so far, also when it fails. */
export class Meter {
  calls = 0;
  inputTokens = 0;
  outputTokens = 0;
  cacheHitTokens = 0;
  costUsd = 0;
  costEstimated = false;
  /** A cap moved a call to the fallback model. */
  fallback = false;
  latencyMillis = 0;
  captureFailures = 0;
  toolIterations = 0;
  toolIterationsMaxed = false;
  readonly toolCalls: ToolCallRecord[] = [];
  /** The model that was asked last. */
  model: string | undefined;

  /** Counts an answer and its cost. */
  count({ tokens, latencyMillis }: ModelAnswer, { usd, estimated }: Cost): void {
    this.calls += 1;
    this.inputTokens += tokens.input;
    this.outputTokens += tokens.output;
    this.cacheHitTokens += tokens.cacheRead;
    this.latencyMillis += latencyMillis;
    this.costEstimated ||= estimated;
    this.addCost(usd);
  }

  addCost(usd: number): void {
    this.costUsd = roundUsd(this.costUsd + usd);
  }
}
