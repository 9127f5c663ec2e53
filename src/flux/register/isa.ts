import type { Tier } from '../stack/isa.ts';
import { unimplementedNames } from './unimplemented.ts';

/**
 * The instructions of machine R as data: what the decoder, assembler, verifier, machine and
 * documentation read. Reference: FLUX §3.2 (formats), §3.3 (opcodes), §12.1 (format C is read).
 */

/** Shape of an instruction: which operand bytes follow the opcode. */
export type RegisterFormat = 'A' | 'B' | 'C' | 'D' | 'E' | 'F' | 'G';

/** Bytes of an instruction of each format, opcode included. */
export const formatSizes: Readonly<Record<RegisterFormat, number>> = Object.freeze({
  A: 1,
  B: 2,
  C: 2,
  D: 3,
  E: 4,
  F: 4,
  G: 5,
});

/**
 * What an operand means. Registers are read, written or both (`update`), `unused` bytes only fill
 * the format. Immediates are `signed`, `unsigned`, or a distance from the address after the
 * instruction: `forward` is added to it, `backward` subtracted (LOOP).
 */
export type RegisterOperandRole =
  | 'read'
  | 'write'
  | 'update'
  | 'unused'
  | 'signed'
  | 'unsigned'
  | 'forward'
  | 'backward';

export interface RegisterOperand {
  readonly role: RegisterOperandRole;
  /** The register file of a register operand; absent for immediates and unused bytes. */
  readonly file?: 'int' | 'float' | 'confidence';
  /** Bytes: 2 for the immediates of formats F and G (little-endian), else 1. */
  readonly width: 1 | 2;
}

/**
 * Who runs an opcode: `executed` by the original machine, `added` here (FLUX §3.3 "do"), `host` for
 * the embedder (without one it traps `NoHost`), `unimplemented` named only (it traps `Unimplemented`).
 */
export type RegisterStatus = 'executed' | 'added' | 'host' | 'unimplemented';

/** Where control goes next; a `computed` branch takes its distance from a register. */
export type RegisterFlow = 'next' | 'stop' | 'jump' | 'branch' | 'call' | 'return' | 'computed';

export interface RegisterOpcode {
  readonly byte: number;
  readonly name: string;
  readonly format: RegisterFormat;
  readonly status: RegisterStatus;
  /** In encoding order; empty for the unimplemented opcodes, whose operands nobody has defined. */
  readonly operands: readonly RegisterOperand[];
  readonly size: number;
  /** Whether it sets the zero and sign flags from its 32-bit result. */
  readonly flags: boolean;
  readonly flow: RegisterFlow;
  readonly tier: Tier;
  /** Values it takes from (negative) or leaves on the stack. */
  readonly stack: -1 | 0 | 1;
}

/**
 * Operands are written one letter each: `r w u` read, write or update an integer register, `R W` a
 * float one, `c C` read and write a confidence register, `-` is unused, `s n` are signed and
 * unsigned immediates, `+ <` distances.
 */
const letters: Readonly<Record<string, Omit<RegisterOperand, 'width'>>> = {
  r: { role: 'read', file: 'int' },
  w: { role: 'write', file: 'int' },
  u: { role: 'update', file: 'int' },
  R: { role: 'read', file: 'float' },
  W: { role: 'write', file: 'float' },
  c: { role: 'read', file: 'confidence' },
  C: { role: 'write', file: 'confidence' },
  '-': { role: 'unused' },
  s: { role: 'signed' },
  n: { role: 'unsigned' },
  '+': { role: 'forward' },
  '<': { role: 'backward' },
};

interface Traits {
  readonly status?: RegisterStatus;
  readonly flags?: boolean;
  readonly flow?: RegisterFlow;
  readonly tier?: Tier;
  readonly stack?: -1 | 0 | 1;
}

function operand(letter: string, format: RegisterFormat): RegisterOperand {
  const { role, file } = letters[letter] ?? { role: 'unused' };
  if (file) return { role, file, width: 1 };
  const wide = role !== 'unused' && (format === 'F' || format === 'G');
  return { role, width: wide ? 2 : 1 };
}

function opcode(
  byte: number,
  name: string,
  shape: `${RegisterFormat}${string}`,
  traits: Traits = {},
) {
  const format = shape.charAt(0) as RegisterFormat;
  const opcode: RegisterOpcode = {
    byte,
    name,
    format,
    status: traits.status ?? 'executed',
    operands: Object.freeze([...shape.slice(1).trim()].map((each) => operand(each, format))),
    size: formatSizes[format],
    flags: traits.flags ?? false,
    flow: traits.flow ?? 'next',
    tier: traits.tier ?? 'P3',
    stack: traits.stack ?? 0,
  };
  return Object.freeze(opcode);
}

const flags = true;
const added = 'added';
const host = 'host';

const system: readonly RegisterOpcode[] = [
  opcode(0x00, 'HALT', 'A', { flow: 'stop', tier: 'P0' }),
  opcode(0x01, 'NOP', 'A', { tier: 'P0' }),
  opcode(0x02, 'RET', 'A', { flow: 'return', stack: -1 }),
  opcode(0x03, 'IRET', 'A', { flow: 'return', stack: -1 }),
  opcode(0x04, 'BRK', 'A', { tier: 'P1' }),
  opcode(0x05, 'WFI', 'A'),
  opcode(0x06, 'RESET', 'A'),
  opcode(0x07, 'SYN', 'A'),
  opcode(0x08, 'INC', 'B u', { flags, tier: 'P1' }),
  opcode(0x09, 'DEC', 'B u', { flags, tier: 'P1' }),
  opcode(0x0a, 'NOT', 'B u', { flags, tier: 'P2' }),
  opcode(0x0b, 'NEG', 'B u', { flags, tier: 'P1' }),
  opcode(0x0c, 'PUSH', 'B r', { tier: 'P0', stack: 1 }),
  opcode(0x0d, 'POP', 'B w', { tier: 'P0', stack: -1 }),
  opcode(0x0e, 'CONF_LD', 'B c', { status: added }),
  opcode(0x0f, 'CONF_ST', 'B C', { status: added }),
  opcode(0x10, 'SYS', 'C n'),
  opcode(0x12, 'DBG', 'C r'),
  opcode(0x15, 'YIELD', 'C n'),
  opcode(0xf5, 'PANIC', 'A', { flow: 'stop' }),
  opcode(0xf7, 'VER', 'A'),
  opcode(0xff, 'PRINT', 'A'),
];

const immediates: readonly RegisterOpcode[] = [
  opcode(0x18, 'MOVI', 'D ws'),
  opcode(0x19, 'ADDI', 'D un', { flags }),
  opcode(0x1a, 'SUBI', 'D un', { flags }),
  opcode(0x1b, 'ANDI', 'D un', { flags, status: added }),
  opcode(0x1c, 'ORI', 'D un', { flags, status: added }),
  opcode(0x1d, 'XORI', 'D un', { flags, status: added }),
  opcode(0x1e, 'SHLI', 'D un', { flags, status: added }),
  opcode(0x1f, 'SHRI', 'D un', { flags, status: added }),
  opcode(0x40, 'MOVI16', 'F ws'),
  opcode(0x41, 'ADDI16', 'F us', { flags }),
  opcode(0x42, 'SUBI16', 'F us', { flags }),
];

const integers: readonly RegisterOpcode[] = [
  opcode(0x20, 'ADD', 'E wrr', { flags, tier: 'P0' }),
  opcode(0x21, 'SUB', 'E wrr', { flags, tier: 'P0' }),
  opcode(0x22, 'MUL', 'E wrr', { flags, tier: 'P0' }),
  opcode(0x23, 'DIV', 'E wrr', { flags, tier: 'P2' }),
  opcode(0x24, 'MOD', 'E wrr', { flags, tier: 'P2' }),
  opcode(0x25, 'AND', 'E wrr', { flags, tier: 'P2' }),
  opcode(0x26, 'OR', 'E wrr', { flags, tier: 'P2' }),
  opcode(0x27, 'XOR', 'E wrr', { flags, tier: 'P2' }),
  opcode(0x28, 'SHL', 'E wrr', { flags }),
  opcode(0x29, 'SHR', 'E wrr', { flags }),
  opcode(0x2a, 'MIN', 'E wrr'),
  opcode(0x2b, 'MAX', 'E wrr'),
  opcode(0x2c, 'CMP_EQ', 'E wrr', { tier: 'P1' }),
  opcode(0x2d, 'CMP_LT', 'E wrr', { tier: 'P1' }),
  opcode(0x2e, 'CMP_GT', 'E wrr', { tier: 'P1' }),
  opcode(0x2f, 'CMP_NE', 'E wrr', { tier: 'P1' }),
  opcode(0x3a, 'MOV', 'E wr-'),
  opcode(0x3b, 'SWP', 'E uu-', { tier: 'P1' }),
  opcode(0x90, 'ABS', 'E wr-'),
];

const floats: readonly RegisterOpcode[] = [
  opcode(0x30, 'FADD', 'E WRR'),
  opcode(0x31, 'FSUB', 'E WRR'),
  opcode(0x32, 'FMUL', 'E WRR'),
  opcode(0x33, 'FDIV', 'E WRR'),
  opcode(0x34, 'FMIN', 'E WRR', { status: added }),
  opcode(0x35, 'FMAX', 'E WRR', { status: added }),
  opcode(0x36, 'FTOI', 'E wR-'),
  opcode(0x37, 'ITOF', 'E Wr-'),
  opcode(0x91, 'SQRT', 'E WR-'),
  opcode(0x92, 'POW', 'E WRR', { status: added }),
  opcode(0x93, 'LOG', 'E WR-', { status: added }),
  opcode(0x94, 'EXP', 'E WR-', { status: added }),
  opcode(0x95, 'SIN', 'E WR-', { status: added }),
  opcode(0x96, 'COS', 'E WR-', { status: added }),
  opcode(0x97, 'TAN', 'E WR-', { status: added }),
  opcode(0x98, 'ATAN2', 'E WRR', { status: added }),
  opcode(0x99, 'FLOOR', 'E WR-', { status: added }),
  opcode(0x9a, 'CEIL', 'E WR-', { status: added }),
  opcode(0x9b, 'ROUND', 'E WR-', { status: added }),
];

const memory: readonly RegisterOpcode[] = [
  opcode(0x38, 'LOAD', 'E wrr'),
  opcode(0x39, 'STORE', 'E rrr'),
  opcode(0x48, 'LOADOFF', 'G wrs'),
  opcode(0x49, 'STOREOF', 'G rrs'),
  opcode(0x4a, 'LOADI', 'G wrs', { status: added }),
  opcode(0x4b, 'STOREI', 'G rrs', { status: added }),
  opcode(0x4e, 'COPY', 'G rrs', { status: added }),
  opcode(0x4f, 'FILL', 'G rrs'),
];

const control: readonly RegisterOpcode[] = [
  opcode(0x3c, 'JZ', 'E rr-', { flow: 'computed', tier: 'P1' }),
  opcode(0x3d, 'JNZ', 'E rr-', { flow: 'computed', tier: 'P2' }),
  opcode(0x3e, 'JLT', 'E rr-', { flow: 'computed' }),
  opcode(0x3f, 'JGT', 'E rr-', { flow: 'computed' }),
  opcode(0x43, 'JMP', 'F -+', { flow: 'jump', tier: 'P1' }),
  opcode(0x44, 'JAL', 'F w+', { flow: 'jump' }),
  opcode(0x45, 'CALL', 'F -+', { flow: 'call', tier: 'P2', stack: 1 }),
  opcode(0x46, 'LOOP', 'F u<', { flow: 'branch' }),
  opcode(0xe0, 'LJMP', 'F -+', { flow: 'jump', tier: 'P1' }),
  opcode(0xe1, 'LJZ', 'F r+', { flow: 'branch', tier: 'P1' }),
  opcode(0xe2, 'LJNZ', 'F r+', { flow: 'branch', tier: 'P2' }),
  opcode(0xe3, 'LJLT', 'F r+', { flow: 'branch' }),
  opcode(0xe4, 'LJGT', 'F r+', { flow: 'branch' }),
  opcode(0xe5, 'LCALL', 'F -+', { flow: 'call', tier: 'P2', stack: 1 }),
  opcode(0xe6, 'LRET', 'A', { flow: 'return', status: added, stack: -1 }),
];

/** Register `rd` is the answer where it is written, a tag or channel where it is read. */
const agents: readonly RegisterOpcode[] = [
  opcode(0x50, 'TELL', 'E rrr', { status: host }),
  opcode(0x51, 'ASK', 'E wrr', { status: host }),
  opcode(0x52, 'DELEG', 'E wrr', { status: host }),
  opcode(0x53, 'BCAST', 'E r-r', { status: host }),
  opcode(0x54, 'ACCEPT', 'E wrr', { status: host }),
  opcode(0x55, 'DECLINE', 'E -rr', { status: host }),
  opcode(0x56, 'REPORT', 'E r-r', { status: host }),
  opcode(0x57, 'MERGE', 'E wrr', { status: host }),
  opcode(0x58, 'FORK', 'E w-r', { status: host }),
  opcode(0x59, 'JOIN', 'E wr-', { status: host }),
  opcode(0x5a, 'SIGNAL', 'E r-r', { status: host }),
  opcode(0x5b, 'AWAIT', 'E w-r', { status: host }),
  opcode(0x5c, 'TRUST', 'E -rr', { status: host }),
  opcode(0x5d, 'DISCOV', 'E wrr', { status: host }),
  opcode(0x5e, 'STATUS', 'E wr-', { status: host }),
  opcode(0x5f, 'HEARTBT', 'E wrr', { status: host }),
];

const confidence: readonly RegisterOpcode[] = [
  opcode(0x60, 'CADD', 'E wrr', { flags, status: added }),
  opcode(0x61, 'CSUB', 'E wrr', { flags, status: added }),
  opcode(0x62, 'CMUL', 'E wrr', { flags, status: added }),
  opcode(0x63, 'CDIV', 'E wrr', { flags, status: added }),
  opcode(0x64, 'CMOD', 'E wrr', { flags, status: added }),
  opcode(0x65, 'CMOV', 'E wr-', { status: added }),
  opcode(0x6e, 'CCONF', 'E Ccc', { status: added }),
  opcode(0x6f, 'CRES', 'E wrr', { status: added }),
];

const named: readonly RegisterOpcode[] = unimplementedNames.map(([byte, name]) =>
  opcode(byte, name, rangeFormat(byte), { status: 'unimplemented' }),
);

/** The format the byte ranges of FLUX §3.2 give an opcode that nobody has defined. */
function rangeFormat(byte: number): RegisterFormat {
  if (byte < 0x08 || byte >= 0xf0) return 'A';
  if (byte < 0x10) return 'B';
  if (byte < 0x18) return 'C';
  if (byte < 0x20 || (byte >= 0xa0 && byte < 0xb0)) return 'D';
  if ((byte >= 0x40 && byte < 0x48) || byte >= 0xe0) return 'F';
  if ((byte >= 0x48 && byte < 0x50) || byte >= 0xd0) return 'G';
  return 'E';
}

/** The 251 named opcodes of machine R, in byte order. */
export const registerOpcodes: readonly RegisterOpcode[] = Object.freeze(
  [
    ...system,
    ...immediates,
    ...integers,
    ...floats,
    ...memory,
    ...control,
    ...agents,
    ...confidence,
    ...named,
  ].sort((a, b) => a.byte - b.byte),
);

const byByte: readonly (RegisterOpcode | undefined)[] = Array.from({ length: 256 }, (_, byte) =>
  registerOpcodes.find((each) => each.byte === byte),
);
/** LOG names both 93 and the unimplemented F3: the one that runs has the name. */
const byName = new Map(
  [...named, ...registerOpcodes.filter((each) => !named.includes(each))].map((each) => [
    each.name,
    each,
  ]),
);

/** The opcode of a byte; undefined for the five reserved bytes 7F 8F BF CF EF. */
export function registerOpcode(byte: number): RegisterOpcode | undefined {
  return byByte[byte];
}

/** Finds an opcode by its mnemonic in capitals. */
export function registerOpcodeNamed(name: string): RegisterOpcode | undefined {
  return byName.get(name);
}
