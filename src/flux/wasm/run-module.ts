import { encodeModule, type WasmFunction, type WasmModule } from './module.ts';
import { I32 } from './opcodes.ts';

/** What a compiled program of either machine is made of. */
export interface RunModule extends Pick<WasmFunction, 'locals' | 'code'> {
  readonly imports: WasmModule['imports'];
  readonly memoryPages: number;
}

/** A module with one function `run` of three numbers over the memory of a machine; answers one. */
export function encodeRunModule({
  imports,
  memoryPages,
  locals,
  code,
}: RunModule): Uint8Array<ArrayBuffer> {
  return encodeModule({
    imports,
    memory: { module: 'machine', name: 'memory', pages: memoryPages },
    functions: [{ name: 'run', parameters: [I32, I32, I32], results: [I32], locals, code }],
  });
}
