import { createMemory, type WasmMemory } from '../../wasm/engine.ts';
import { control, layout } from '../layout.ts';
import { type RegisterStore, storeIn } from '../machine.ts';

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
    store: storeIn(buffer),
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
