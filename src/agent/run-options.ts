import type { Clock, Disk, Json, JsonObject, Random } from '../base/index.ts';
import type { Handler, Timer } from '../effect/index.ts';
import type { Log } from '../fact/index.ts';
import type { Folder } from '../folder/index.ts';
import type { AcceptedCaps, Budget } from '../guard/index.ts';
import type { Principal } from '../work/index.ts';
import type { ProgramMachine } from './program/machine.ts';
import type { LeftOut } from './program/program.ts';
import type { Tool } from './tool/tool.ts';

/** What a run of an agent stands on. */
export interface AgentWorld {
  readonly log: Log;
  /** Reconciled: files and facts agree. */
  readonly folder: Folder;
  readonly clock: Clock;
  readonly random: Random;
  readonly disk: Disk;
  /** Counts real time between the renewals of the run's lease. */
  readonly timer: Timer;
  /** IANA name of the time zone whose calendar the agent lives by. */
  readonly zone: string;
  /** Expands `~` in the paths of tools.md. */
  readonly homeFolder: string;
  /** Performs `model/generate` and whatever else the run's tools perform. */
  readonly live: readonly Handler[];
  /** Policy, mandates, judges, dry runs, retries, … each finds its own place. */
  readonly guards?: readonly Handler[];
  /** The money of the home; nothing is capped without. */
  readonly budget?: Budget;
  /** What this machine has accepted as caps; what the files state holds alone without. */
  readonly acceptedCaps?: AcceptedCaps;
  /** Whether a model can be asked from here; every one can when absent. */
  readonly reachable?: (model: string) => Promise<boolean>;
  /** For programs of the folder; without it none of them runs. */
  readonly programs?: ProgramMachine;
  /** Takes secrets out of everything that is written. */
  readonly redact?: (value: Json) => Json;
}

export const TRIGGERS = [
  'manual',
  'cron',
  'skill',
  'api',
  'http',
  'queue',
  'delegate',
  'eval',
  'outcome',
] as const;
export type Trigger = (typeof TRIGGERS)[number];

/** What is asked of an agent; everything that decides what a run does. */
export interface RunRequest {
  readonly agent: string;
  readonly workItem: string;
  readonly trigger?: Trigger;
  /** Instead of the default model of model.md. */
  readonly model?: string;
  /** Goes past the caps; recorded. */
  readonly critical?: boolean;
  readonly maxOutputTokens?: number;
  readonly temperature?: number;
  /** JSON Schema that the answer must hold to; it is `value` of the result then. */
  readonly answerSchema?: JsonObject;
  /** 5 when absent; 1 to 20. */
  readonly toolIterationsMax?: number;
  /** False: captures are read and not written. */
  readonly writeCaptures?: boolean;
  readonly idempotencyKey?: string;
  readonly conversationId?: string;
  /** In whose name it is asked; the person at this machine when absent. */
  readonly principal?: Principal;
  readonly parentRun?: string;
  readonly parentAgent?: string;
  /** The run at the root of the helpers and delegates; the run itself when absent. */
  readonly tree?: string;
}

/** What a run has cost so far. */
export interface RunSpend {
  readonly usd: number;
  readonly estimated: boolean;
}

/** How a run is carried out; nothing of it changes what the run does. */
export interface RunOptions {
  readonly signal?: AbortSignal;
  /** Pieces of the answer as they arrive. */
  readonly onText?: (text: string) => void;
  /** Told what the run is doing now. */
  readonly onStep?: (text: string) => void;
  /** Told of each tool call the model asks for, before it is answered. */
  readonly onTool?: (call: { readonly name: string; readonly input: Json }) => void;
  /** Told what the run has cost so far; while an answer arrives that is an estimate. */
  readonly onSpend?: (spend: RunSpend) => void;
  /** Tools beside the built-in ones. */
  readonly tools?: readonly Tool[];
}

/** How a run ended. */
export interface RunResult {
  readonly run: string;
  readonly agent: string;
  /** `interrupted`: its caller stopped it; `skipped`: a guard did. What it had done is kept. */
  readonly status: 'ok' | 'skipped' | 'deduped' | 'interrupted';
  /** The answer, or as much of it as had arrived. */
  readonly text: string;
  /** The answer to a request with an `answerSchema`, checked by it. */
  readonly value?: Json;
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheHitTokens: number;
  /** What its own calls cost. */
  readonly costUsd: number;
  /** What its helpers cost besides. */
  readonly helperUsd: number;
  /** What its delegates cost, each in its own log. */
  readonly delegatedUsd: number;
  readonly costEstimated: boolean;
  readonly latencyMillis: number;
  /** File names of the notes that were written. */
  readonly captures: readonly string[];
  readonly captureFailures: number;
  readonly toolCalls: readonly ToolCallRecord[];
  readonly toolIterations: number;
  readonly toolIterationsMaxed: boolean;
  /** Tools of the folder that were not offered, and why. */
  readonly toolsLeftOut: readonly LeftOut[];
  /** What in model.md has no effect, each with its line and what to write instead. */
  readonly warnings: readonly string[];
  /** Why a run was skipped or interrupted. */
  readonly reason?: string;
  /** The run that answered before, when this one was a repetition. */
  readonly replayedRun?: string;
}

/** One tool call of a run, as its record has it. */
export interface ToolCallRecord {
  readonly tool: string;
  readonly id: string;
  readonly latencyMillis: number;
  readonly error: string | null;
}
