import type { JsonObject, Micros } from '../../base/index.ts';

/** A run as a story: what it was asked, what it saw, did, decided, wrote, and what it cost. */
export interface RunStory {
  readonly run: string;
  readonly agent: string;
  readonly workItem: string;
  readonly trigger: string;
  /** In whose name it was asked. */
  readonly principal: string;
  /** When it began; absent for a run of another program, which left its lines alone. */
  readonly began?: Micros;
  /** What it read from; absent like `began`. */
  readonly read?: ReadFrom;
  readonly steps: readonly ToldStep[];
  readonly decisions: readonly ToldDecision[];
  /** Paths in the home of the files it wrote, in the order it first did. */
  readonly wrote: readonly string[];
  /** Lines of the run log, oldest first. */
  readonly lines: readonly JsonObject[];
  readonly costUsd: number;
}

/** The point of the log a run read from, and what of the memory stood in its prompt. */
export interface ReadFrom {
  /** `datum prompt <agent> --known <this>` is its prompt; `null` for the empty log. */
  readonly known: string | null;
  /** Headings of the prompt's sections, with their estimated tokens. */
  readonly sections: readonly { readonly heading: string; readonly tokens: number }[];
  /** File names of notes. */
  readonly pinned: readonly string[];
  readonly recent: readonly string[];
  /** `YYYY-MM-DD` of the journal. */
  readonly journal?: string;
}

/** One step of a run, told. */
export interface ToldStep {
  readonly address: string;
  readonly operation: string;
  /** What was asked, in a line. */
  readonly what: string;
  readonly outcome: 'ok' | 'failed' | 'unknown';
  /** How it came out, in a line. */
  readonly result: string;
  /** What guards decided about it, and other notes. */
  readonly notes: readonly string[];
  /** From its call to its outcome, as the log has them; absent where one of them is. */
  readonly millis?: number;
  /** Of a model call. */
  readonly tokens?: JsonObject;
  /** Of a model call: USD, at the prices the run began with. */
  readonly costUsd?: number;
}

/** What the budget said to a call, with the numbers it saw. */
export interface ToldDecision {
  /** The step it was about; absent for one outside a recorded step. */
  readonly step?: string;
  readonly verdict: string;
  readonly reason: string;
  readonly model: string;
  readonly reservedUsd: number;
  readonly caps: readonly JsonObject[];
}
