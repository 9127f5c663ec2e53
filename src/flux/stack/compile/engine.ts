import type { Context } from '../context.ts';
import { interpret, interpreterEngine } from '../interpreter.ts';
import type { StackSlots } from '../operand-stack.ts';
import type { Engine, Exit, MachineState } from '../state.ts';
import { type Arena, arenaSlots, giveArena, takeArena } from './arena.ts';
import type { StackEntry } from './compile.ts';
import type { CompiledProgram } from './compiled-program.ts';
import type { Kinds } from './kinds.ts';
import { layout } from './layout.ts';

const { control } = layout;
const word = (address: number): number => address / 4;
const long = (address: number): number => address / 8;
const NONE = -1n;

/** Cycles of one call; the engine puts faster code into place only between calls. */
const SLICE_CYCLES = 1 << 20;
/** A call that got this far was worth it. */
const WORTHWHILE_CYCLES = 256;
/** Steps left to the interpreter after one that was not; twice as many each time. */
const PATIENCE_MAX = 1 << 16;
/** Single steps in search of the next entry. */
const SEEK_STEPS = 64;

/**
 * Like the interpreter, with compiled code wherever main is at one of its entries with the stack it
 * expects. The interpreter does what compiled code left undone, and longer each time that compiled
 * code gets nowhere, so that nothing runs slower than interpreted.
 */
export class CompiledEngine implements Engine {
  readonly #program: CompiledProgram;
  /** Depth of the stack below what the program was compiled for. */
  readonly #base: number;
  #arena: Arena | undefined;
  /** The memory that the machine has outside the arena. */
  #home: Uint8Array | undefined;
  #patience = 1;
  /** The step number from which on compiled code is tried again. */
  #tryFrom = 0;

  constructor(program: CompiledProgram, base: number) {
    this.#program = program;
    this.#base = base;
  }

  run(state: MachineState, context: Context, budget: number): Exit {
    // What makes a machine unfit changes only by services, and these end the call.
    if (!this.#isFit(state, context)) return interpreterEngine.run(state, context, budget);
    const end = state.steps + budget;
    for (;;) {
      if (state.steps >= this.#tryFrom) this.#runCompiled(state, context, end);
      const wanted = Math.max(1, this.#tryFrom - state.steps);
      const exit = interpret(state, context, Math.min(end - state.steps, wanted));
      if (exit !== 'budget' || state.steps >= end) return exit;
      const sought = this.#seek(state, context, end);
      if (sought !== 'budget') return sought;
    }
  }

  /** Steps on to the next entry, if one is near. */
  #seek(state: MachineState, context: Context, end: number): Exit {
    for (let step = 0; step < SEEK_STEPS && state.steps < end; step += 1) {
      if (this.#program.entries.has(context.pc)) break;
      const exit = interpret(state, context, 1);
      if (exit !== 'budget') return exit;
    }
    return 'budget';
  }

  /** Moves memory and stack of a machine out of the arena. */
  release(state: MachineState): void {
    const arena = this.#arena;
    if (arena === undefined) return;
    this.#arena = undefined;
    this.#home!.set(arena.memory);
    state.useMemory(this.#home!);
    state.main.stack.moveHome();
    giveArena(arena);
  }

  /** Compiled code knows one context and no guards; its slots must be below the limit. */
  #isFit(state: MachineState, context: Context): boolean {
    return (
      state.contexts.size === 1 &&
      !state.isGuarded(context) &&
      this.#base + this.#program.slots <= state.limits.stackDepth
    );
  }

  /** Calls compiled code as long as it is worth it. */
  #runCompiled(state: MachineState, context: Context, end: number): void {
    while (state.steps < end) {
      const entry = this.#program.entries.get(context.pc);
      const { stack } = context;
      const used =
        entry !== undefined && this.#matches(entry.kinds, stack.depth, stack.slots)
          ? this.#call(state, context, entry, Math.min(end - state.steps, SLICE_CYCLES))
          : 0;
      if (used < WORTHWHILE_CYCLES) {
        this.#tryFrom = state.steps + this.#patience;
        this.#patience = Math.min(this.#patience * 2, PATIENCE_MAX);
        return;
      }
      this.#patience = 1;
    }
  }

  #matches(kinds: Kinds, depth: number, slots: StackSlots): boolean {
    if (this.#program.values === 'memory') return !slots.kinds.subarray(0, depth).includes(1);
    if (depth !== this.#base + kinds.length) return false;
    for (let slot = 0; slot < kinds.length; slot += 1) {
      const isFloat = slots.kinds[this.#base + slot] === 1;
      if (isFloat !== (kinds[slot] === 'f')) return false;
    }
    return true;
  }

  #enterArena(state: MachineState): Arena {
    if (this.#arena !== undefined) return this.#arena;
    const arena = takeArena();
    this.#arena = arena;
    this.#home = state.memory;
    arena.memory.set(state.memory);
    state.useMemory(arena.memory);
    state.main.stack.moveTo(arenaSlots(arena, state.limits.stackDepth));
    return arena;
  }

  /** One call into compiled code; answers the cycles it took. */
  #call(state: MachineState, context: Context, entry: StackEntry, cycles: number): number {
    const arena = this.#enterArena(state);
    const { words, longs, doubles, calls } = arena;
    const { flags } = context;
    calls.set(context.calls);
    words[word(control.callDepth)] = context.calls.length;
    words[word(control.callLimit)] = state.limits.callDepth;
    words[word(control.base)] = this.#base;
    words[word(control.depth)] = context.stack.depth;
    words[word(control.stackLimit)] = state.limits.stackDepth;
    words[word(control.rule)] = flags.rule;
    words[word(control.flagA)] = flags.a;
    words[word(control.flagB)] = flags.b;
    words[word(control.result)] = flags.result;
    doubles[long(control.confidence)] = context.confidence;
    const isClocked = state.host.clock !== undefined;
    longs[long(control.time)] = isClocked ? NONE : BigInt(state.now + cycles);
    longs[long(control.fuel)] = Number.isFinite(state.fuel) ? BigInt(state.fuel - cycles) : NONE;

    const pc = this.#program.in(arena)(entry.dispatch, cycles, entry.goal);

    const used = cycles - words[word(control.left)]!;
    state.steps += used;
    context.pc = pc;
    context.confidence = doubles[long(control.confidence)]!;
    context.flags = {
      rule: words[word(control.rule)]!,
      a: words[word(control.flagA)]!,
      b: words[word(control.flagB)]!,
      result: words[word(control.result)]!,
    };
    context.calls = Array.from(calls.subarray(0, words[word(control.callDepth)]));
    if (this.#program.values === 'slots') {
      this.#takeShape(context, this.#program.shapes[words[word(control.shape)]!]!);
    } else {
      context.stack.depth = words[word(control.depth)]!;
      context.stack.slots.kinds.fill(0, 0, context.stack.depth);
    }
    return used;
  }

  /** Notes the kinds of the values that compiled code left. */
  #takeShape({ stack }: Context, kinds: Kinds): void {
    stack.depth = this.#base + kinds.length;
    for (let slot = 0; slot < kinds.length; slot += 1) {
      stack.slots.kinds[this.#base + slot] = kinds[slot] === 'f' ? 1 : 0;
    }
  }
}
