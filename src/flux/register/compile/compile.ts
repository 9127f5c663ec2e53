import { type EntryPoint, flowGraph } from '../../flow/flow-graph.ts';
import { encodeRunModule } from '../../wasm/run-module.ts';
import { layout } from '../layout.ts';
import { emitFlow } from './emit-flow.ts';
import { importedFunctions } from './emit-instruction.ts';
import { findBlocks } from './find-blocks.ts';
import { Frame } from './frame.ts';

export interface CompiledModule {
  /** A WebAssembly module; the engine validates it. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly entries: ReadonlyMap<number, EntryPoint>;
}

/** Programs with more instructions are left to the interpreter: engines compile huge functions badly. */
const INSTRUCTIONS_MAX = 4096;

/**
 * Compiles a program of machine R to a WebAssembly module with one function `run(pc, cycles, goal)`
 * over the memory of `layout.ts`; undefined when it is empty, too large or nested too deep. The
 * function stops before anything it cannot do exactly, and the interpreter does that.
 */
export function compileRegister(code: Uint8Array): CompiledModule | undefined {
  const blocks = findBlocks(code);
  if (blocks.blocks.size === 0 || blocks.instructions > INSTRUCTIONS_MAX) return undefined;
  const graph = flowGraph(blocks.blocks, blocks.entries);
  if (!graph) return undefined;
  const frame = new Frame(graph.blocks);
  frame.load();
  frame.open('exit');
  emitFlow(graph, frame, code.length);
  frame.close();
  frame.store();
  const bytes = encodeRunModule({
    imports: importedFunctions.map((each) => ({ module: 'math', ...each })),
    memoryPages: layout.pages,
    locals: frame.locals,
    code: frame.code,
  });
  return { bytes, entries: graph.entryPoints };
}
