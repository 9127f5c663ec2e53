/**
 * The part of the WebAssembly JavaScript interface that FLUX uses, declared here because TypeScript
 * ships it only with the types of a browser.
 */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => WasmCode;
  readonly Memory: new (size: { readonly initial: number; readonly maximum: number }) => WasmMemory;
  readonly Instance: new (code: WasmCode, world: WasmWorld) => { readonly exports: WasmExports };
};

/** A compiled module; opaque. */
export interface WasmCode {
  readonly [Symbol.toStringTag]: string;
}

export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

export type WasmImport = (...values: number[]) => number;
export type WasmWorld = Readonly<Record<string, Readonly<Record<string, WasmMemory | WasmImport>>>>;
// A function of a module takes and gives numbers, bigints where the type is i64.
export type WasmExport = (...values: (number | bigint)[]) => number | bigint | undefined;
export type WasmExports = Readonly<Record<string, WasmExport>>;

/** Whether this engine has WebAssembly: `node --jitless` has not. */
export const hasWebAssembly = typeof WebAssembly !== 'undefined';

/** Validates and compiles a module; the engine makes its functions faster while they run. */
export function compileModule(bytes: Uint8Array<ArrayBuffer>): WasmCode {
  return new WebAssembly.Module(bytes);
}

/** A memory of a fixed number of 64 KiB pages. Each reserves gigabytes of address space: keep few. */
export function createMemory(pages: number): WasmMemory {
  return new WebAssembly.Memory({ initial: pages, maximum: pages });
}

/** The functions of a module bound to a world. */
export function instantiate(code: WasmCode, world: WasmWorld): WasmExports {
  return new WebAssembly.Instance(code, world).exports;
}
