import { fluxLimits } from '../../limits.ts';
import { createMemory, type WasmMemory } from '../../wasm/engine.ts';
import type { RegisterStore } from '../machine.ts';
import { control, layout } from './layout.ts';

/** A machine's arrays inside one WebAssembly memory, for compiled code to work on. */
export interface Arena {
  readonly memory: WasmMemory;
  readonly store: RegisterStore;
  /** Words that compiled code reads when it starts and writes when it stops. */
  readonly control: {
    depth: number;
    stackDepth: number;
    flagged: number;
    left: number;
  };
}

function createArena(): Arena {
  const memory = createMemory(layout.pages);
  const { buffer } = memory;
  const words = new Int32Array(buffer);
  const word = (address: number) => ({
    get: () => words[address / 4]!,
    set: (value: number) => {
      words[address / 4] = value;
    },
  });
  return {
    memory,
    store: {
      memory: new DataView(buffer, layout.memory, fluxLimits.memoryBytes),
      ints: new Int32Array(buffer, layout.ints, 256),
      floats: new Float64Array(buffer, layout.floats, 256),
      confidence: new Float64Array(buffer, layout.confidence, 256),
      stack: new Int32Array(buffer, layout.stack, fluxLimits.registerStackDepthMax),
    },
    control: Object.defineProperties(
      { depth: 0, stackDepth: 0, flagged: 0, left: 0 },
      {
        depth: word(control.depth),
        stackDepth: word(control.stackDepth),
        flagged: word(control.flagged),
        left: word(control.left),
      },
    ),
  };
}

/** Arenas nobody uses. A run takes one; a host that runs a program inside a run takes another. */
const free: Arena[] = [];

/** Calls `use` with an arena of its own; what it leaves there is not cleared. */
export function withArena<T>(use: (arena: Arena) => T): T {
  const arena = free.pop() ?? createArena();
  try {
    return use(arena);
  } finally {
    free.push(arena);
  }
}
