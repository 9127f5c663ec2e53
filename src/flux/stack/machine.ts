import { boundedCount, loadSegment } from '../bounded.ts';
import { FluxError } from '../error.ts';
import { fluxLimits } from '../limits.ts';
import type { DataSegment, Ending, Host, RunLimits, Trap } from '../machine.ts';
import type { Context } from './context.ts';
import { type StackContinuation, saveStack } from './continuation.ts';
import { interpreterEngine } from './interpreter.ts';
import type { OperandStack } from './operand-stack.ts';
import { StackProgram } from './program.ts';
import { type Awaited, type StackResult, stackResult } from './result.ts';
import { nextTurn } from './scheduler.ts';
import { serve } from './service.ts';
import {
  type Engine,
  type Exit,
  type InitialStack,
  MachineState,
  type StackFrame,
} from './state.ts';
import type { TrapCause } from './trap-cause.ts';
import { stackValue, type ValueInput } from './value.ts';

/** What a run starts from; what is absent is empty or zero. */
export interface StackStart {
  readonly limits?: RunLimits;
  readonly host?: Host;
  /** Bottom to top. */
  readonly stack?: readonly ValueInput[];
  readonly memory?: readonly DataSegment[];
  /** Messages that wait on the program's channels. */
  readonly channels?: Readonly<Record<number, readonly ValueInput[]>>;
  /** Frames that RESUME takes up, the newest last. */
  readonly frames?: readonly StackFrame[];
}

/** Instructions a context runs before the next of several takes its turn. */
const TURN = 256;
/** Instructions of one call of the engine. */
const STRETCH = 1 << 30;

interface End {
  readonly ending: Ending;
  readonly context: Context;
  readonly trap?: Trap;
  readonly awaited?: Awaited;
}

/** A run of machine S that can be stopped between any two instructions. */
export class StackMachine {
  readonly state: MachineState;
  readonly #engine: Engine;
  readonly #stepEnd: number;
  #end: End | undefined;

  constructor(state: MachineState, limits: RunLimits = {}, engine: Engine = interpreterEngine) {
    this.state = state;
    this.#engine = engine;
    const steps = boundedCount('steps', limits.steps ?? fluxLimits.stackStepsDefault);
    this.#stepEnd = state.steps + steps;
  }

  /** The context that runs next: the one whose turn it is, else main. */
  get context(): Context {
    return this.state.turn?.context ?? this.state.main;
  }

  /** The machine as JSON that {@link resumeStack} continues, in this process or another. */
  save(): StackContinuation {
    return saveStack(this.state);
  }

  /** Runs to the next ending. A suspended machine goes on where it stopped, an ended one stays. */
  run(): StackResult {
    let result: StackResult | undefined;
    while (result === undefined) result = this.advance(Number.POSITIVE_INFINITY);
    return result;
  }

  /** Runs at most `steps` more instructions; undefined when it could still go on after them. */
  advance(steps: number): StackResult | undefined {
    const pause = this.state.steps + steps;
    if (this.#end?.ending === 'suspended') this.#end = undefined;
    const end = this.#runTo(pause);
    this.#engine.release?.(this.state);
    if (end === undefined) return undefined;
    const { context, ...how } = end;
    return stackResult(this.state, context, how);
  }

  #runTo(pause: number): End | undefined {
    while (this.#end === undefined) {
      const context = this.#pick();
      if (context === undefined) continue;
      const exit = this.#stretch(context, pause);
      if (exit === 'budget' && this.#limitReached(context)) continue;
      if (exit === 'budget' && this.state.steps >= pause) return undefined;
      if (exit !== undefined) this.#leave(context, exit);
    }
    return this.#end;
  }

  /** The context whose turn it is; undefined when none can run, which ends the run. */
  #pick(): Context | undefined {
    const { state } = this;
    if (state.turn !== undefined) return state.turn.context;
    const turn = nextTurn(state);
    if ('run' in turn) {
      const end = state.contexts.size > 1 ? state.steps + TURN : Number.POSITIVE_INFINITY;
      state.turn = { context: turn.run, end };
      return turn.run;
    }
    if ('trap' in turn) this.#trap(turn.context, turn.trap);
    else this.#end = { ending: 'suspended', context: state.main, awaited: turn.awaited };
    return undefined;
  }

  /** One call of the executor, and of the service it stopped at; undefined to go on. */
  #stretch(context: Context, pause: number): Exit | undefined {
    const { state } = this;
    const { fuelEnd, steps, turn } = state;
    const end = Math.min(pause, this.#stepEnd, turn!.end, fuelEnd, steps + STRETCH);
    const exit = this.#engine.run(state, context, Math.max(0, end - steps));
    return exit === 'service' ? serve(state, context) : exit;
  }

  #limitReached(context: Context): boolean {
    const { steps, fuelEnd, main, turn } = this.state;
    if (steps >= this.#stepEnd) this.#end = { ending: 'step-limit', context: main };
    else if (steps >= fuelEnd) this.#end = { ending: 'fuel', context: main };
    else if (steps >= turn!.end) this.#pass(context);
    else return false;
    return true;
  }

  #leave(context: Context, exit: Exit): void {
    const { state } = this;
    if (exit === 'trap') this.#trap(context, state.cause!);
    else if (exit === 'reschedule') this.#pass(context);
    else if (exit === 'suspend') {
      this.#pass(context);
      this.#end = { ending: 'suspended', context: state.main };
    } else if (exit !== 'budget' && exit !== 'service') {
      if (context.id === 0) this.#end = { ending: exit, context };
      else this.#finish(context);
    }
  }

  /** Lets the next context have its turn. */
  #pass(context: Context): void {
    this.state.lastTurn = context.id;
    this.state.turn = undefined;
  }

  /** A forked context has ended: its top value waits for a JOIN. */
  #finish(context: Context): void {
    this.state.contexts.delete(context.id);
    this.state.ended.set(context.id, context.stack.top());
    this.#pass(context);
  }

  #trap(context: Context, cause: TrapCause): void {
    const trap = { ...cause, pc: context.pc, step: this.state.steps };
    this.#end = { ending: 'trap', context, trap };
  }
}

/** Chooses what runs the instructions of a machine. */
export type EngineFor = (state: MachineState) => Engine;

/** A machine at the start of a program. Throws `flux/limit` and `flux/memory` for a bad start. */
export function stackMachine(
  program: StackProgram | Uint8Array,
  start: StackStart = {},
  engine: EngineFor = () => interpreterEngine,
): StackMachine {
  const { limits = {}, host = {}, stack = [], memory = [], channels = {}, frames = [] } = start;
  const loaded = program instanceof StackProgram ? program : new StackProgram(program);
  const state = new MachineState(loaded, host, limits);
  state.fuelCeiling = boundedCount('fuel', limits.fuel ?? Number.POSITIVE_INFINITY);
  state.fuelEnd = state.fuelCeiling;
  for (const segment of memory) loadSegment(state.memory, segment);
  if (!state.main.stack.replace(stack.map(stackValue))) {
    throw new FluxError({
      code: 'flux/start-too-long',
      message: `a stack starts with at most ${state.limits.stackDepth} values, not ${stack.length}`,
      hint: 'give fewer values, or raise the limit stackDepth',
      kind: 'usage',
    });
  }
  state.initial = initialStack(state.main.stack);
  deliver(state, channels);
  state.frames.push(...frames);
  return new StackMachine(state, limits, engine(state));
}

/** Values of a deep stack that a program is compiled to reach; others it finds in memory. */
const INITIAL_KINDS_MAX = 16;

function initialStack({ depth, slots }: OperandStack): InitialStack {
  const base = Math.max(0, depth - INITIAL_KINDS_MAX);
  const kinds = Array.from(slots.kinds.subarray(base, depth), (kind) => (kind === 1 ? 'f' : 'i'));
  return { base, kinds: kinds.join('') };
}

/** Puts messages on the channels of a program. Throws `flux/messages` when they are too many. */
export function deliver(
  { messages }: MachineState,
  channels: NonNullable<StackStart['channels']>,
): void {
  for (const [channel, values] of Object.entries(channels)) {
    for (const value of values) {
      if (messages.put(Number(channel), stackValue(value))) continue;
      throw new FluxError({
        code: 'flux/messages',
        message: `a program holds at most ${fluxLimits.messagesMax} messages`,
        hint: 'deliver fewer messages at a time',
      });
    }
  }
}
