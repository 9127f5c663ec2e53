import { boundedLimit } from '../bounded.ts';
import { fluxLimits } from '../limits.ts';
import type { Host, RunLimits } from '../machine.ts';
import { type Access, refuseAccess } from './access.ts';
import { Context } from './context.ts';
import { Messages } from './messages.ts';
import { OperandStack } from './operand-stack.ts';
import type { StackProgram } from './program.ts';
import type { TrapCause } from './trap-cause.ts';
import type { Value } from './value.ts';

/**
 * Why a run of instructions stopped: the budget is used up, the context ended, the next instruction
 * needs the machine (`service`), or the machine has to decide what runs next.
 */
export type Exit =
  | 'budget'
  | 'halt'
  | 'break'
  | 'end'
  | 'trap'
  | 'service'
  | 'reschedule'
  | 'suspend';

/** Runs at most `budget` instructions (below 2^31) of a context; reference: `interpret`. */
export type Executor = (state: MachineState, context: Context, budget: number) => Exit;

/** What runs the instructions of a machine; every engine leaves the same state behind. */
export interface Engine {
  readonly run: Executor;
  /** Called when the machine stops running: its memory and stacks must be its own again. */
  readonly release?: (state: MachineState) => void;
}

/** The stack a program started with: the kinds of its top values (`i`, `f`), and how many lie below. */
export interface InitialStack {
  readonly kinds: string;
  readonly base: number;
}

/** What SUSPEND keeps of a context and RESUME restores (FLUX §8.1). */
export interface StackFrame {
  readonly channel: number;
  readonly stack: readonly Value[];
  readonly pc: number;
  readonly flags: number;
  readonly calls: readonly number[];
  readonly confidence: number;
  /** Instructions it may still run; absent for no limit. */
  readonly fuel?: number;
}

export const UNLIMITED_FUEL = 0xffffffff;

/** Everything of machine S that changes while a program runs. */
export class MachineState {
  readonly program: StackProgram;
  readonly host: Host;
  readonly limits: Required<Pick<RunLimits, 'callDepth' | 'stackDepth'>>;
  memory: Uint8Array;
  view: DataView;
  /** What compiled code is made for. */
  initial: InitialStack = { kinds: '', base: 0 };
  /** Instructions completed; fuel and the virtual clock are counted by them. */
  steps = 0;
  /** The step number at which fuel is used up, and the highest the host allows. */
  fuelEnd = Number.POSITIVE_INFINITY;
  fuelCeiling = Number.POSITIVE_INFINITY;
  /** Virtual clock: milliseconds on top of the steps. With a host clock: its time at the start. */
  clockBase: number;
  /** Contexts that run or wait, by id; main is 0. */
  readonly contexts = new Map<number, Context>();
  /** Results of contexts that ended and were not joined yet. */
  readonly ended = new Map<number, Value>();
  nextId = 1;
  /** Whose turn it is, and the step number at which it is over. */
  turn: { readonly context: Context; readonly end: number } | undefined;
  /** The context that had the last turn; the next id after it has the next. */
  lastTurn = -1;
  readonly messages = new Messages();
  /** Regions kept by PERSIST_CRITICAL_STATE, by address. */
  readonly persisted = new Map<number, Uint8Array>();
  /** Frames that RESUME takes up, the newest last. */
  readonly frames: StackFrame[] = [];
  /** Channel of the SUSPEND that stopped the machine. */
  suspendedOn: number | undefined;
  /** The tag of every byte, once one has been set. */
  tags: Uint8Array | undefined;
  /** Why the last exit was a trap. */
  cause: TrapCause | undefined;

  constructor(program: StackProgram, host: Host, limits: RunLimits) {
    this.program = program;
    this.host = host;
    this.limits = {
      callDepth: boundedLimit('callDepth', limits.callDepth, fluxLimits.callDepthMax),
      stackDepth: boundedLimit('stackDepth', limits.stackDepth, fluxLimits.stackDepthMax),
    };
    const memory = new Uint8Array(fluxLimits.memoryBytes);
    this.memory = memory;
    this.view = new DataView(memory.buffer);
    this.clockBase = host.clock?.() ?? 0;
    this.contexts.set(0, new Context(0, new OperandStack(this.limits.stackDepth), 0));
  }

  get main(): Context {
    return this.contexts.get(0)!;
  }

  /** Milliseconds since the program started: by the host's clock, else one for every step. */
  get now(): number {
    if (this.host.clock === undefined) return this.clockBase + this.steps;
    return Math.max(0, Math.floor(this.host.clock() - this.clockBase));
  }

  /** Instructions that may still run; Infinity without a limit. */
  get fuel(): number {
    return Math.max(0, this.fuelEnd - this.steps);
  }

  /** Sets the instructions that may still run, never above what the host allows. */
  set fuel(instructions: number) {
    this.fuelEnd = Math.min(this.fuelCeiling, this.steps + instructions);
  }

  isGuarded(context: Context): boolean {
    return this.tags !== undefined || context.sandboxes.length > 0;
  }

  /** Works on other bytes from now on, which must hold what the memory holds. */
  useMemory(memory: Uint8Array): void {
    this.memory = memory;
    this.view = new DataView(memory.buffer, memory.byteOffset, memory.byteLength);
  }

  /** The trap that refuses a context an access; undefined where it is allowed. */
  refuses(context: Context, access: Access): TrapCause | undefined {
    return refuseAccess(context, this.tags, access);
  }
}
