import { fluxLimits } from '../../limits.ts';
import { createMemory, type WasmMemory } from '../../wasm/engine.ts';
import type { StackSlots } from '../operand-stack.ts';
import { layout } from './layout.ts';

/** A machine's memory and stacks inside one WebAssembly memory, for compiled code to work on. */
export interface Arena {
  readonly wasm: WasmMemory;
  readonly memory: Uint8Array;
  readonly calls: Int32Array;
  readonly words: Int32Array;
  readonly longs: BigInt64Array;
  readonly doubles: Float64Array;
}

function createArena(): Arena {
  const wasm = createMemory(layout.pages);
  const { buffer } = wasm;
  return {
    wasm,
    memory: new Uint8Array(buffer, layout.memory, fluxLimits.memoryBytes),
    calls: new Int32Array(buffer, layout.calls, fluxLimits.callDepthMax),
    words: new Int32Array(buffer),
    longs: new BigInt64Array(buffer),
    doubles: new Float64Array(buffer),
  };
}

/** The slots of an arena as a stack of so many values. */
export function arenaSlots({ wasm: { buffer } }: Arena, limit: number): StackSlots {
  return {
    ints: new Int32Array(buffer, layout.ints, limit),
    floats: new Float64Array(buffer, layout.floats, limit),
    kinds: new Uint8Array(buffer, layout.kinds, limit),
  };
}

/** Arenas nobody uses. A run takes one; a host that runs a program inside a run takes another. */
const free: Arena[] = [];

export function takeArena(): Arena {
  return free.pop() ?? createArena();
}

/** Gives an arena back; what is left in it is not cleared. */
export function giveArena(arena: Arena): void {
  free.push(arena);
}
