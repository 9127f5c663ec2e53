import { ByteWriter } from './byte-writer.ts';
import type { CodeWriter } from './code-writer.ts';
import type { ValueType } from './opcodes.ts';

export interface FunctionType {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}

export interface WasmFunction extends FunctionType {
  /** Locals after the parameters, as runs of one type. */
  readonly locals: readonly { readonly count: number; readonly type: ValueType }[];
  /** Its instructions, without the final `end`. */
  readonly code: CodeWriter;
  /** Exported under this name. */
  readonly name: string;
}

export interface WasmModule {
  /** Functions the module takes from its world, numbered from 0 before its own. */
  readonly imports: readonly (FunctionType & { readonly module: string; readonly name: string })[];
  /** The one memory, imported. */
  readonly memory: { readonly module: string; readonly name: string; readonly pages: number };
  readonly functions: readonly WasmFunction[];
}

const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const FUNCTION_KIND = 0x00;
const MEMORY_KIND = 0x02;
/** A section's number (§5.5). */
const sections = { types: 1, imports: 2, functions: 3, exports: 7, code: 10 } as const;

type Write<T> = (item: T, out: ByteWriter, index: number) => void;

function section<T>(out: ByteWriter, id: number, items: readonly T[], write: Write<T>): void {
  const body = new ByteWriter().unsigned(items.length);
  items.forEach((item, index) => {
    write(item, body, index);
  });
  out.byte(id).unsigned(body.length).append(body);
}

function writeType({ parameters, results }: FunctionType, out: ByteWriter): void {
  out.byte(0x60).unsigned(parameters.length).bytes(parameters);
  out.unsigned(results.length).bytes(results);
}

function writeBody({ locals, code }: WasmFunction, out: ByteWriter): void {
  const head = new ByteWriter().unsigned(locals.length);
  for (const { count, type } of locals) head.unsigned(count).byte(type);
  out.unsigned(head.length + code.length + 1);
  out.append(head).append(code).byte(0x0b);
}

/** Encodes a module in the WebAssembly binary format (§5.5); the engine validates it when compiled. */
export function encodeModule({ imports, memory, functions }: WasmModule): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter().bytes(HEADER);
  section(out, sections.types, [...imports, ...functions], writeType);
  section(out, sections.imports, [...imports, memory], (item, body, index) => {
    body.name(item.module).name(item.name);
    if ('pages' in item)
      body.byte(MEMORY_KIND).byte(0x01).unsigned(item.pages).unsigned(item.pages);
    else body.byte(FUNCTION_KIND).unsigned(index);
  });
  section(out, sections.functions, functions, (_, body, index) => {
    body.unsigned(imports.length + index);
  });
  section(out, sections.exports, functions, ({ name }, body, index) => {
    body
      .name(name)
      .byte(FUNCTION_KIND)
      .unsigned(imports.length + index);
  });
  section(out, sections.code, functions, writeBody);
  return out.finish();
}
