import { type EntryPoint, flowGraph } from '../../flow/flow-graph.ts';
import { encodeModule } from '../../wasm/module.ts';
import { I32 } from '../../wasm/opcodes.ts';
import { findBlocks } from './find-blocks.ts';
import { StackFlowWriter } from './flow.ts';
import { Frame } from './frame.ts';
import type { Kinds } from './kinds.ts';
import { layout } from './layout.ts';
import { inferShapes } from './shapes.ts';

/** How to enter compiled code at an address. */
export interface StackEntry extends EntryPoint {
  /** What must lie on the stack. */
  readonly kinds: Kinds;
}

export interface CompiledModule {
  /** A WebAssembly module; the engine validates it. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly entries: ReadonlyMap<number, StackEntry>;
  /** The stacks it can leave, by the number it leaves with. */
  readonly shapes: readonly Kinds[];
  /** Slots above the base of the stack that it may use. */
  readonly slots: number;
}

/** Larger programs are left to the interpreter: engines compile huge functions badly. */
const INSTRUCTIONS_MAX = 8192;

/**
 * Compiles a program of machine S that starts with such a stack to a WebAssembly module with one
 * function `run(pc, cycles, goal)` over the memory of `layout.ts`. It stops before anything it
 * cannot do exactly, and the interpreter does that. Undefined when the program is empty, too large,
 * nested too deep, or leaves stacks of different shape at one address.
 */
export function compileStack(code: Uint8Array, initial: Kinds): CompiledModule | undefined {
  const found = findBlocks(code);
  if (found.blocks.size === 0 || found.instructions > INSTRUCTIONS_MAX) return undefined;
  const shapes = inferShapes(found, initial);
  if (shapes === undefined) return undefined;
  const reached = new Map([...found.blocks].filter(([pc]) => shapes.at.has(pc)));
  const graph = flowGraph(
    reached,
    [...found.entries].filter((pc) => shapes.at.has(pc)),
  );
  if (graph === undefined) return undefined;

  const frame = new Frame(shapes);
  frame.load();
  frame.open('exit');
  new StackFlowWriter(graph, frame, shapes).write();
  frame.close();
  frame.store();
  const bytes = encodeModule({
    imports: [],
    memory: { module: 'machine', name: 'memory', pages: layout.pages },
    functions: [
      {
        name: 'run',
        parameters: [I32, I32, I32],
        results: [I32],
        locals: frame.locals,
        code: frame.code,
      },
    ],
  });
  const entries = new Map(
    [...graph.entryPoints].map(([pc, way]) => [pc, { ...way, kinds: shapes.at.get(pc)! }]),
  );
  const slots = Math.max(-1, ...shapes.intSlots, ...shapes.floatSlots) + 1;
  return { bytes, entries, shapes: frame.shapes, slots };
}
