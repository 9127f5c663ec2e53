import { registerOpcodes } from '../register/isa.ts';

/** The register-style runtimes whose opcode sets are known (FLUX §10). */
export type RuntimeName = 'wasm' | 'python' | 'rust' | 'c' | 'go';

/** Bytes written as hex, single or as ranges. */
function byteSet(text: string): ReadonlySet<number> {
  const bytes = new Set<number>();
  for (const part of text.split(' ')) {
    const [first = '', last = first] = part.split('-');
    for (let byte = Number.parseInt(first, 16); byte <= Number.parseInt(last, 16); byte += 1) {
      bytes.add(byte);
    }
  }
  return bytes;
}

/**
 * Opcode bytes each runtime implements, by its own numbering. The published table for `wasm` leaves
 * out 40 to 42, which that runtime does execute; here it is what the machine's own list says.
 */
export const runtimeOpcodes: Readonly<Record<RuntimeName, ReadonlySet<number>>> = Object.freeze({
  wasm: new Set(
    registerOpcodes.flatMap(({ byte, status }) => (status === 'executed' ? [byte] : [])),
  ),
  python: byteSet('00-57 60-6c 70-84'),
  rust: byteSet('00-0a 10-13 20-37 40-4d 60-63 70-79 80-89 90-92 b0-b4'),
  c: byteSet('00-02 10-28 30-33 40-44 50-57 60-61 63-64 70 72 81-82'),
  go: byteSet('00-01 06 08-0b 0e-0f 13 2b 2d-2e 80'),
});

/** The 17 opcodes that all register runtimes are meant to share (FLUX §11). */
export const coreOpcodes: ReadonlySet<number> = byteSet('00-02 0c-0d 18 20-23 38-3a 3c-3d 43 45');

export type CompatibilityStatus =
  | 'FULL COMPATIBILITY'
  | 'MOSTLY COMPATIBLE'
  | 'PARTIAL COMPATIBILITY'
  | 'LIMITED COMPATIBILITY'
  | 'INCOMPATIBLE';

/** How many of a program's distinct opcodes a runtime implements. */
export interface Compatibility {
  readonly supported: number;
  readonly total: number;
  readonly percent: number;
  readonly status: CompatibilityStatus;
  /** Opcode bytes the runtime does not implement. */
  readonly missing: readonly number[];
}

/** Compares the distinct opcode bytes of a program with what a runtime implements. */
export function compatibility(opcodes: ReadonlySet<number>, runtime: RuntimeName): Compatibility {
  const missing = [...opcodes].filter((byte) => !runtimeOpcodes[runtime].has(byte));
  const total = opcodes.size;
  const supported = total - missing.length;
  const percent = total === 0 ? 0 : (100 * supported) / total;
  return { supported, total, percent, status: statusOf(percent), missing };
}

function statusOf(percent: number): CompatibilityStatus {
  if (percent === 100) return 'FULL COMPATIBILITY';
  if (percent >= 80) return 'MOSTLY COMPATIBLE';
  if (percent >= 50) return 'PARTIAL COMPATIBILITY';
  return percent > 0 ? 'LIMITED COMPATIBILITY' : 'INCOMPATIBLE';
}
