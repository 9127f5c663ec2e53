import { type EntryPoint, flowGraph } from '../../flow/flow-graph.ts';
import { encodeRunModule } from '../../wasm/run-module.ts';
import type { Block, Blocks } from './block.ts';
import { findBlocks } from './find-blocks.ts';
import { type Places, StackFlowWriter } from './flow.ts';
import { Frame, type Slots } from './frame.ts';
import type { Kinds } from './kinds.ts';
import { layout } from './layout.ts';
import { MemoryState } from './memory-state.ts';
import { inferShapes } from './shapes.ts';
import { SlotState } from './slot-state.ts';

/** How to enter compiled code at an address, and what must lie on the stack. */
export interface StackEntry extends EntryPoint {
  readonly kinds: Kinds;
}

export interface CompiledModule {
  /** A WebAssembly module; the engine validates it. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly entries: ReadonlyMap<number, StackEntry>;
  /**
   * Where values lie between blocks. In `slots` the stack has the kinds of the entry and of the
   * exit above its base; in `memory` it has any depth and holds integers only.
   */
  readonly values: 'slots' | 'memory';
  /** The stacks it can leave, by the number it leaves with. */
  readonly shapes: readonly Kinds[];
  /** Slots above the base of the stack that it may use. */
  readonly slots: number;
}

/** Larger programs are left to the interpreter: engines compile huge functions badly. */
const INSTRUCTIONS_MAX = 8192;

/** What decides how a program is compiled. */
interface Plan extends Slots {
  readonly values: CompiledModule['values'];
  readonly places: Places;
}

const inMemory: Plan = {
  values: 'memory',
  places: { kindsAt: () => '', open: (frame, block) => new MemoryState(frame, block) },
  intSlots: new Set(),
  floatSlots: new Set(),
};

function planFor(found: Blocks, initial: Kinds): Plan | undefined {
  const shapes = inferShapes(found, initial);
  if (shapes === undefined) return hasFloats(found) ? undefined : inMemory;
  const { paths } = shapes;
  const kindsAt = (pc: number) => paths.get(pc)?.[0];
  const open = (frame: Frame, block: Block) => new SlotState(frame, block, paths.get(block.pc)!);
  return { ...shapes, values: 'slots', places: { kindsAt, open } };
}

function hasFloats({ blocks }: Blocks): boolean {
  return [...blocks.values()].some(({ body }) =>
    body.some(({ opcode }) => /^F(?:ADD|SUB|MUL|DIV)$|^CONF_GET$/.test(opcode.name)),
  );
}

/**
 * Compiles a program of machine S that starts with such a stack to a WebAssembly module with one
 * function `run(pc, cycles, goal)` over the memory of `layout.ts`. It stops before anything it
 * cannot do exactly, and the interpreter does that. Undefined when the program is empty, too large
 * or nested too deep, or has floats in stacks of different shape at one address.
 */
export function compileStack(code: Uint8Array, initial: Kinds): CompiledModule | undefined {
  const found = findBlocks(code);
  if (found.blocks.size === 0 || found.instructions > INSTRUCTIONS_MAX) return undefined;
  const plan = planFor(found, initial);
  if (plan === undefined) return undefined;
  const { values, places, intSlots, floatSlots } = plan;
  const isReached = (pc: number) => places.kindsAt(pc) !== undefined;
  const reached = new Map<number, Block>();
  for (const [pc, block] of found.blocks) if (isReached(pc)) reached.set(pc, block);
  const graph = flowGraph(reached, [...found.entries].filter(isReached));
  if (graph === undefined) return undefined;

  const frame = new Frame(plan);
  const writer = new StackFlowWriter(graph, frame, places);
  const bytes = encode(frame, writer);
  const entries = new Map(
    [...graph.entryPoints].map(([pc, way]) => [pc, { ...way, kinds: places.kindsAt(pc)! }]),
  );
  const slots = Math.max(-1, ...intSlots, ...floatSlots) + 1;
  return { bytes, entries, values, shapes: frame.shapes, slots };
}

function encode(frame: Frame, writer: StackFlowWriter): Uint8Array<ArrayBuffer> {
  frame.load();
  frame.open('exit');
  writer.write();
  frame.close();
  frame.store();
  return encodeRunModule({
    imports: [],
    memoryPages: layout.pages,
    locals: frame.locals,
    code: frame.code,
  });
}
