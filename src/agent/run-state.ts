import type { Micros } from '../base/index.ts';
import type { Database } from '../fact/index.ts';
import { type Cost, type ModelAnswer, type ModelRequest, roundUsd } from '../model/index.ts';
import type { Capture } from './capture/capture.ts';
import type { LeftOut } from './program/program.ts';
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
  /** How often it was cut short in the middle of an answer; it goes on from there. */
  readonly cuts: number;
}

/** What a run has come to so far; kept also when it is cut short. */
export class Draft {
  /** The answer, or the part of it that arrived before it was cut off. */
  text = '';
  /** What it wants remembered, in the order it said so. */
  readonly captures: Capture[] = [];
  /** What the model was asked last. */
  request: ModelRequest | undefined;
}

/** What a call has used: of an answer, or of one that failed on the way. */
type Used = Pick<ModelAnswer, 'tokens' | 'latencyMillis' | 'measured'>;

/** What a run has used so far, also when it fails. */
export class Meter {
  calls = 0;
  inputTokens = 0;
  outputTokens = 0;
  cacheHitTokens = 0;
  costUsd = 0;
  /** The price of a model is not known and the highest was taken. */
  priceUnknown = false;
  /** A provider did not count the tokens of a call. */
  tokensEstimated = false;
  /** Answers that were cut off. */
  cuts = 0;
  /** A cap moved a call to the fallback model. */
  fallback = false;
  /** It is out of money and writes its last words, from the share of the caps kept for them. */
  finishing = false;
  /** What these cost; they are no step of the run, and are not asked again when it is resumed. */
  lastWordsUsd = 0;
  latencyMillis = 0;
  captureFailures = 0;
  toolIterations = 0;
  toolIterationsMaxed = false;
  readonly toolCalls: ToolCallRecord[] = [];
  /** What the folder has and the run did not offer. */
  readonly toolsLeftOut: LeftOut[] = [];
  /** The model that was asked last. */
  model: string | undefined;

  /** Counts an answer and its cost. */
  count({ tokens, latencyMillis, measured }: Used, { usd, estimated }: Cost): void {
    this.calls += 1;
    this.inputTokens += tokens.input;
    this.outputTokens += tokens.output;
    this.cacheHitTokens += tokens.cacheRead;
    this.latencyMillis += latencyMillis;
    this.priceUnknown ||= estimated;
    this.tokensEstimated ||= !measured;
    this.addCost(usd);
  }

  get costEstimated(): boolean {
    return this.priceUnknown || (this.tokensEstimated && this.costUsd > 0);
  }

  addCost(usd: number): void {
    this.costUsd = roundUsd(this.costUsd + usd);
  }
}
