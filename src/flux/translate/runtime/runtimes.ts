import type { Layout } from './layout.ts';
import type { OperationName } from './operations.ts';

/** One encoding of an operation in a runtime; of several the first that fits is written. */
export interface Encoding {
  readonly byte: number;
  readonly name: string;
  readonly operation: OperationName;
  readonly layout: Layout;
  /** A register that is operand 0 without being written in the bytes. */
  readonly implied?: number;
}

/** An opcode a runtime has and that has no exact equal elsewhere, with the reason. */
export interface Unmatched {
  readonly byte: number;
  readonly name: string;
  readonly reason: string;
}

export interface RuntimeEncoding {
  /** Where the encoding was read from. */
  readonly source: string;
  readonly encodings: readonly Encoding[];
  readonly unmatched: readonly Unmatched[];
  /** Registers a program may name. */
  readonly registers: number;
  readonly floats: number;
  /** Registers that the runtime itself reads or writes. */
  readonly reserved: ReadonlySet<number>;
  /** The register that is always zero and cannot be written. */
  readonly zero?: number;
}

type Row = readonly [
  byte: number,
  name: string,
  layout: Layout,
  operation?: OperationName,
  implied?: number,
];

const rows = (...entries: readonly Row[]): readonly Encoding[] =>
  entries.map(([byte, name, layout, operation, implied]) => ({
    byte,
    name,
    layout,
    operation: operation ?? (name as OperationName),
    ...(implied !== undefined && { implied }),
  }));

const unmatched = (
  reason: string,
  ...entries: readonly (readonly [byte: number, name: string])[]
): readonly Unmatched[] => entries.map(([byte, name]) => ({ byte, name, reason }));

/** Machine R, whose numbering the others are translated through. Reference: FLUX §3.2, §9. */
const canonical: RuntimeEncoding = {
  source: 'machine R',
  encodings: rows(
    [0x00, 'HALT', ''],
    [0x01, 'NOP', ''],
    [0x02, 'RET', ''],
    [0xe6, 'LRET', '', 'RET'],
    [0x15, 'YIELD', 'z'],
    [0x08, 'INC', 'a'],
    [0x09, 'DEC', 'a'],
    [0x0a, 'NOT', 'a'],
    [0x0b, 'NEG', 'a'],
    [0x0c, 'PUSH', 'a'],
    [0x0d, 'POP', 'a'],
    [0x18, 'MOVI', 'ai'],
    [0x40, 'MOVI16', 'as', 'MOVI'],
    [0x19, 'ADDI', 'au'],
    [0x41, 'ADDI16', 'as', 'ADDI'],
    [0x1a, 'SUBI', 'au'],
    [0x42, 'SUBI16', 'as', 'SUBI'],
    [0x20, 'ADD', 'abc'],
    [0x21, 'SUB', 'abc'],
    [0x22, 'MUL', 'abc'],
    [0x23, 'DIV', 'abc'],
    [0x24, 'MOD', 'abc'],
    [0x25, 'AND', 'abc'],
    [0x26, 'OR', 'abc'],
    [0x27, 'XOR', 'abc'],
    [0x28, 'SHL', 'abc'],
    [0x29, 'SHR', 'abc'],
    [0x2a, 'MIN', 'abc'],
    [0x2b, 'MAX', 'abc'],
    [0x2c, 'CMP_EQ', 'abc'],
    [0x2d, 'CMP_LT', 'abc'],
    [0x2e, 'CMP_GT', 'abc'],
    [0x2f, 'CMP_NE', 'abc'],
    [0x30, 'FADD', 'abc'],
    [0x31, 'FSUB', 'abc'],
    [0x32, 'FMUL', 'abc'],
    [0x33, 'FDIV', 'abc'],
    [0x34, 'FMIN', 'abc'],
    [0x35, 'FMAX', 'abc'],
    [0x36, 'FTOI', 'ab-'],
    [0x37, 'ITOF', 'ab-'],
    [0x3a, 'MOV', 'ab-'],
    [0x90, 'ABS', 'ab-'],
    [0x48, 'LOADOFF', 'abZ', 'LOAD'],
    [0x49, 'STOREOF', 'abZ', 'STORE'],
    [0x43, 'JMP', '-t'],
    [0xe0, 'LJMP', '-t', 'JMP'],
    [0x45, 'CALL', '-t'],
    [0xe5, 'LCALL', '-t', 'CALL'],
    [0xe1, 'LJZ', 'at', 'JZ'],
    [0xe2, 'LJNZ', 'at', 'JNZ'],
  ),
  unmatched: unmatched(
    'takes its distance from a register',
    [0x3c, 'JZ'],
    [0x3d, 'JNZ'],
    [0x3e, 'JLT'],
    [0x3f, 'JGT'],
  ),
  registers: 256,
  floats: 256,
  reserved: new Set(),
};

const LENGTH = 'carries data of any length, and machine R three registers';
const VECTOR = 'works on vectors, which machine R does not have';

/** SuperInstance/flux-runtime: src/flux/bytecode/opcodes.py for sizes, vm/interpreter.py for meaning. */
const python: RuntimeEncoding = {
  source: 'flux-runtime',
  encodings: rows(
    [0x00, 'NOP', ''],
    [0x01, 'MOV', 'ab'],
    [0x02, 'LOAD', 'ab'],
    [0x03, 'STORE', 'ab'],
    [0x04, 'JMP', '-t'],
    [0x05, 'JZ', 'at'],
    [0x06, 'JNZ', 'at'],
    [0x07, 'CALL', '-t'],
    [0x08, 'IADD', 'abc', 'ADD'],
    [0x09, 'ISUB', 'abc', 'SUB'],
    [0x0a, 'IMUL', 'abc', 'MUL'],
    [0x0b, 'IDIV', 'abc', 'DIV'],
    [0x0c, 'IMOD', 'abc', 'MOD'],
    [0x0d, 'INEG', 'aa', 'NEG'],
    [0x0e, 'INC', 'a'],
    [0x0f, 'DEC', 'a'],
    [0x10, 'IAND', 'abc', 'AND'],
    [0x11, 'IOR', 'abc', 'OR'],
    [0x12, 'IXOR', 'abc', 'XOR'],
    [0x13, 'INOT', 'aa', 'NOT'],
    [0x14, 'ISHL', 'abc', 'SHL'],
    [0x15, 'ISHR', 'abc', 'SHR'],
    [0x19, 'IEQ', 'ac', 'CMP_EQ'],
    [0x1a, 'ILT', 'ac', 'CMP_LT'],
    [0x1c, 'IGT', 'ac', 'CMP_GT'],
    [0x20, 'PUSH', 'a'],
    [0x21, 'POP', 'a'],
    [0x28, 'RET', '--'],
    [0x2b, 'MOVI', 'as'],
    [0x40, 'FADD', 'abc'],
    [0x41, 'FSUB', 'abc'],
    [0x42, 'FMUL', 'abc'],
    [0x46, 'FMIN', 'ac'],
    [0x47, 'FMAX', 'ac'],
    [0x80, 'HALT', ''],
    [0x81, 'YIELD', ''],
  ),
  unmatched: [
    ...unmatched('raises an error for zero, where machine R gives an infinity', [0x43, 'FDIV']),
    ...unmatched(LENGTH, [0x60, 'TELL'], [0x61, 'ASK'], [0x62, 'DELEGATE'], [0x66, 'BROADCAST']),
    ...unmatched(VECTOR, [0x50, 'VLOAD'], [0x51, 'VSTORE'], [0x52, 'VADD'], [0x54, 'VMUL']),
    ...unmatched('tests "at most", which machine R does only in two steps', [0x1b, 'ILE']),
    ...unmatched('tests "at least", which machine R does only in two steps', [0x1d, 'IGE']),
    ...unmatched('reads its condition from a byte', [0x18, 'ICMP']),
    ...unmatched('sets flags, which machine R never reads', [0x2d, 'CMP'], [0x1e, 'TEST']),
  ],
  registers: 16,
  floats: 16,
  reserved: new Set([11]),
};

/** SuperInstance/flux: crates/flux-bytecode/src/opcodes.rs for formats, flux-vm/src/interpreter.rs for meaning. */
const rust: RuntimeEncoding = {
  source: 'flux (Rust)',
  encodings: rows(
    [0x00, 'Halt', '', 'HALT'],
    [0x01, 'Nop', '', 'NOP'],
    [0x02, 'Ret', '', 'RET'],
    [0x03, 'Jump', 'V', 'JMP'],
    [0x06, 'Call', 'V', 'CALL'],
    [0x08, 'Yield', '', 'YIELD'],
    [0x10, 'Push', 'a-', 'PUSH'],
    [0x11, 'Pop', 'a-', 'POP'],
    [0x20, 'IMov', 'ab', 'MOV'],
    [0x21, 'IAdd', 'abc', 'ADD'],
    [0x22, 'ISub', 'abc', 'SUB'],
    [0x23, 'IMul', 'abc', 'MUL'],
    [0x24, 'IDiv', 'abc', 'DIV'],
    [0x25, 'IMod', 'abc', 'MOD'],
    [0x26, 'INeg', 'aa-', 'NEG'],
    [0x28, 'IInc', 'as', 'ADDI'],
    [0x29, 'IDec', 'as', 'SUBI'],
    [0x2c, 'IAnd', 'abc', 'AND'],
    [0x2d, 'IOr', 'abc', 'OR'],
    [0x2e, 'IXor', 'abc', 'XOR'],
    [0x2f, 'IShl', 'abc', 'SHL'],
    [0x30, 'IShr', 'abc', 'SHR'],
    [0x32, 'ICmpEq', 'abc', 'CMP_EQ'],
    [0x33, 'ICmpNe', 'abc', 'CMP_NE'],
    [0x34, 'ICmpLt', 'abc', 'CMP_LT'],
    [0x36, 'ICmpGt', 'abc', 'CMP_GT'],
    [0x41, 'FAdd', 'abc', 'FADD'],
    [0x42, 'FSub', 'abc', 'FSUB'],
    [0x43, 'FMul', 'abc', 'FMUL'],
    [0x44, 'FDiv', 'abc', 'FDIV'],
    [0x60, 'IToF', 'ab-', 'ITOF'],
    [0x61, 'FToI', 'ab-', 'FTOI'],
  ),
  unmatched: [
    ...unmatched('tests a flag, which machine R never does', [0x04, 'JumpIf'], [0x05, 'JumpIfNot']),
    ...unmatched(
      LENGTH,
      [0x82, 'AAsk'],
      [0x83, 'ATell'],
      [0x84, 'ADelegate'],
      [0x85, 'ABroadcast'],
    ),
    ...unmatched(
      VECTOR,
      [0xb0, 'VLoad'],
      [0xb1, 'VStore'],
      [0xb2, 'VAdd'],
      [0xb3, 'VMul'],
      [0xb4, 'VDot'],
    ),
    ...unmatched(
      'does nothing in the published machine, whatever its name says',
      [0x27, 'IAbs'],
      [0x2a, 'IMin'],
      [0x2b, 'IMax'],
      [0x31, 'INot'],
      [0x4c, 'FMin'],
      [0x4d, 'FMax'],
    ),
    ...unmatched('tests "at most", which machine R does only in two steps', [0x35, 'ICmpLe']),
    ...unmatched('tests "at least", which machine R does only in two steps', [0x37, 'ICmpGe']),
    ...unmatched('fills its register without a sign, machine R with one', [0x72, 'Load32']),
  ],
  registers: 16,
  floats: 16,
  reserved: new Set([11]),
};

/** SuperInstance/flux-os: vm/vm.c; every instruction has four bytes. */
const c: RuntimeEncoding = {
  source: 'flux-os (C)',
  encodings: rows(
    [0x00, 'NOP', '---'],
    [0x01, 'HALT', '---'],
    [0x10, 'IADD', 'abc', 'ADD'],
    [0x11, 'ISUB', 'abc', 'SUB'],
    [0x12, 'IMUL', 'abc', 'MUL'],
    [0x13, 'IDIV', 'abc', 'DIV'],
    [0x14, 'IMOD', 'abc', 'MOD'],
    [0x15, 'INEG', 'aa-', 'NEG'],
    [0x16, 'IABS', 'ab-', 'ABS'],
    [0x17, 'INC', 'a--'],
    [0x18, 'DEC', 'a--'],
    [0x20, 'IAND', 'abc', 'AND'],
    [0x21, 'IOR', 'abc', 'OR'],
    [0x22, 'IXOR', 'abc', 'XOR'],
    [0x23, 'INOT', 'aa-', 'NOT'],
    [0x24, 'ISHL', 'abc', 'SHL'],
    [0x25, 'ISHR', 'abc', 'SHR'],
    [0x40, 'JMP', 'T'],
    [0x60, 'PUSH', 'a--'],
    [0x61, 'POP', 'a--'],
  ),
  unmatched: [
    ...unmatched('reads its register from a byte of its own target', [0x41, 'JZ'], [0x42, 'JNZ']),
    ...unmatched('jumps to the address in a register', [0x70, 'CALL']),
    ...unmatched('halts when nothing was called, where machine R traps', [0x72, 'RET']),
    ...unmatched(
      'keeps floats in the integer registers',
      [0x19, 'FADD'],
      [0x1a, 'FSUB'],
      [0x1b, 'FMUL'],
      [0x1c, 'FDIV'],
    ),
    ...unmatched('moves eight bytes of a region', [0x50, 'LOAD'], [0x54, 'STORE']),
    ...unmatched('tests a flag, which machine R never does', [0x43, 'JE'], [0x44, 'JNE']),
    ...unmatched('sets flags, which machine R never reads', [0x30, 'CMP']),
    ...unmatched('does nothing in the published machine', [0x81, 'TELL'], [0x82, 'ASK']),
    ...unmatched('has no equal that machine R executes', [0x02, 'TRAP']),
  ],
  registers: 64,
  floats: 0,
  reserved: new Set([2, 5, ...Array.from({ length: 8 }, (_, index) => 56 + index)]),
  zero: 0,
};

/** SuperInstance/flux-swarm: flux.go and assembler.go; conditional jumps test R15. */
const go: RuntimeEncoding = {
  source: 'flux-swarm (Go)',
  encodings: rows(
    [0x00, 'NOP', ''],
    [0x01, 'MOV', 'ab'],
    [0x08, 'IADD', 'ac', 'ADD'],
    [0x09, 'ISUB', 'ac', 'SUB'],
    [0x0a, 'IMUL', 'ac', 'MUL'],
    [0x0b, 'IDIV', 'ac', 'DIV'],
    [0x0e, 'INC', 'a'],
    [0x0f, 'DEC', 'a'],
    [0x06, 'JNZ', 'B', 'JNZ', 15],
    [0x13, 'JMP', 'B'],
    [0x2e, 'JZ', 'B', 'JZ', 15],
    [0x2b, 'MOVI', 'au'],
    [0x80, 'HALT', ''],
  ),
  unmatched: unmatched('writes the order of two numbers to R15', [0x2d, 'CMP']),
  registers: 16,
  floats: 0,
  reserved: new Set(),
};

/** The runtimes whose encodings are known, by name. */
export const runtimeEncodings = Object.freeze({ canonical, python, rust, c, go });

export type EncodingName = keyof typeof runtimeEncodings;
