/**
 * The instructions of machine S as data: what the decoder, assembler, verifier, machines and
 * documentation read. Reference: FLUX §2.3 (48 opcodes) and §8.1 with the profile of §8.4 (escapes).
 */

/** What an operand means; it decides its width, its range and how it is written. */
export type OperandRole =
  | 'immediate'
  | 'address'
  | 'target'
  | 'channel'
  | 'id'
  | 'resource'
  | 'time'
  | 'size'
  | 'tag'
  | 'permissions'
  | 'capability'
  | 'count'
  | 'fuel'
  | 'share'
  | 'timeout';

/** Little-endian encoding of an operand; only `i32` is signed. */
export type OperandType = 'u8' | 'u16' | 'u32' | 'i32';

export interface Operand {
  readonly role: OperandRole;
  readonly type: OperandType;
}

/** Who sets Z and S, and by which rule C and O are set (FLUX §2.2); `none` leaves the flags alone. */
export type FlagGroup = 'add' | 'sub' | 'mul' | 'neg' | 'result' | 'none';

/** Where control goes next; `branch` may jump or fall through, `spawn` starts a context at its target. */
export type Flow = 'next' | 'stop' | 'jump' | 'branch' | 'call' | 'return' | 'suspend' | 'spawn';

/** Portability class of an opcode (FLUX §7.2); a program is as portable as its worst opcode. */
export type Tier = 'P0' | 'P1' | 'P2' | 'P3';

/**
 * Values taken from and left on the operand stack: two counts, or `dynamic` where a run decides
 * (CAP_INVOKE pops as many as its count operand says, RESUME replaces the stack).
 */
export type StackEffect = { readonly pops: number; readonly pushes: number } | 'dynamic';

export interface StackOpcode {
  readonly name: string;
  /** The fixed bytes before the operands: one, or two or three for an escape. */
  readonly prefix: readonly number[];
  readonly operands: readonly Operand[];
  /** Bytes of the whole instruction. */
  readonly size: number;
  readonly effect: StackEffect;
  readonly flags: FlagGroup;
  readonly flow: Flow;
  readonly tier: Tier;
}

const widths: Readonly<Record<OperandType, number>> = { u8: 1, u16: 2, u32: 4, i32: 4 };

/** Bytes an operand type takes. */
export function operandWidth(type: OperandType): number {
  return widths[type];
}

const immediate: Operand = { role: 'immediate', type: 'i32' };
const address: Operand = { role: 'address', type: 'u16' };
const target: Operand = { role: 'target', type: 'u16' };
const channel: Operand = { role: 'channel', type: 'u8' };
const size: Operand = { role: 'size', type: 'u16' };
const time: Operand = { role: 'time', type: 'u32' };

interface Shape {
  readonly operands?: readonly Operand[];
  readonly flags?: FlagGroup;
  readonly flow?: Flow;
  readonly tier?: Tier;
}

function opcode(name: string, prefix: readonly number[], effect: StackEffect, shape: Shape = {}) {
  const operands = shape.operands ?? [];
  const opcode: StackOpcode = {
    name,
    prefix,
    operands,
    size: operands.reduce((sum, each) => sum + widths[each.type], prefix.length),
    effect,
    flags: shape.flags ?? 'none',
    flow: shape.flow ?? 'next',
    tier: shape.tier ?? 'P3',
  };
  return Object.freeze(opcode);
}

const moves = (pops: number, pushes: number): StackEffect => ({ pops, pushes });
const binary = moves(2, 1);
const unary = moves(1, 1);
const nothing = moves(0, 0);

/** The 48 opcodes, in byte order. */
export const baseOpcodes: readonly StackOpcode[] = Object.freeze([
  opcode('HALT', [0x00], nothing, { flow: 'stop', tier: 'P0' }),
  opcode('NOP', [0x01], nothing, { tier: 'P0' }),
  opcode('BREAK', [0x02], nothing, { flow: 'stop', tier: 'P1' }),
  opcode('ADD', [0x10], binary, { flags: 'add', tier: 'P0' }),
  opcode('SUB', [0x11], binary, { flags: 'sub', tier: 'P0' }),
  opcode('MUL', [0x12], binary, { flags: 'mul', tier: 'P0' }),
  opcode('DIV', [0x13], binary, { flags: 'add', tier: 'P2' }),
  opcode('MOD', [0x14], binary, { flags: 'add', tier: 'P2' }),
  opcode('NEG', [0x15], unary, { flags: 'neg', tier: 'P1' }),
  opcode('INC', [0x16], unary, { flags: 'add', tier: 'P1' }),
  opcode('DEC', [0x17], unary, { flags: 'sub', tier: 'P1' }),
  opcode('EQ', [0x20], binary, { flags: 'result', tier: 'P1' }),
  opcode('NE', [0x21], binary, { flags: 'result', tier: 'P1' }),
  opcode('LT', [0x22], binary, { flags: 'result', tier: 'P1' }),
  opcode('LE', [0x23], binary, { flags: 'result', tier: 'P2' }),
  opcode('GT', [0x24], binary, { flags: 'result', tier: 'P1' }),
  opcode('GE', [0x25], binary, { flags: 'result', tier: 'P2' }),
  opcode('AND', [0x30], binary, { flags: 'result', tier: 'P2' }),
  opcode('OR', [0x31], binary, { flags: 'result', tier: 'P2' }),
  opcode('XOR', [0x32], binary, { flags: 'result', tier: 'P2' }),
  opcode('NOT', [0x33], unary, { flags: 'result', tier: 'P2' }),
  opcode('SHL', [0x34], binary, { flags: 'result' }),
  opcode('SHR', [0x35], binary, { flags: 'result' }),
  opcode('LOAD', [0x40], moves(0, 1), { operands: [address] }),
  opcode('STORE', [0x41], moves(1, 0), { operands: [address] }),
  opcode('PEEK', [0x43], unary),
  opcode('POKE', [0x44], moves(2, 0)),
  opcode('JMP', [0x50], nothing, { operands: [target], flow: 'jump', tier: 'P1' }),
  opcode('JZ', [0x51], nothing, { operands: [target], flow: 'branch', tier: 'P1' }),
  opcode('JNZ', [0x52], nothing, { operands: [target], flow: 'branch', tier: 'P2' }),
  opcode('CALL', [0x53], nothing, { operands: [target], flow: 'call', tier: 'P2' }),
  opcode('RET', [0x54], nothing, { flow: 'return' }),
  opcode('PUSH', [0x55], moves(0, 1), { operands: [immediate], tier: 'P0' }),
  opcode('POP', [0x56], moves(1, 0), { tier: 'P0' }),
  opcode('DUP', [0x60], moves(1, 2), { tier: 'P1' }),
  opcode('SWAP', [0x61], moves(2, 2), { tier: 'P1' }),
  opcode('OVER', [0x62], moves(2, 3)),
  opcode('ROT', [0x63], moves(3, 3)),
  opcode('FADD', [0x70], binary),
  opcode('FSUB', [0x71], binary),
  opcode('FMUL', [0x72], binary),
  opcode('FDIV', [0x73], binary),
  opcode('CONF_GET', [0x80], moves(0, 1)),
  opcode('CONF_SET', [0x81], moves(1, 0)),
  opcode('CONF_MUL', [0x82], moves(1, 0)),
  opcode('SIGNAL', [0x90], moves(1, 0), { operands: [channel] }),
  opcode('BROADCAST', [0x91], moves(1, 0), { operands: [channel] }),
  opcode('LISTEN', [0x92], moves(0, 1), { operands: [channel] }),
]);

/** The v3 escapes `FF ext sub`, in byte order. `FF 00 00` is EXT_NOP, `FF 00 id` asks for extension id. */
export const escapeOpcodes: readonly StackOpcode[] = Object.freeze([
  opcode('EXT_NOP', [0xff, 0x00, 0x00], nothing),
  opcode('PROBE', [0xff, 0x00], moves(0, 1), { operands: [{ role: 'id', type: 'u8' }] }),
  opcode('FUEL_CHECK', [0xff, 0x01, 0x00], moves(0, 1)),
  opcode('DEADLINE_BEFORE', [0xff, 0x01, 0x01], nothing, {
    operands: [time, target],
    flow: 'branch',
  }),
  opcode('YIELD_IF_CONTENTION', [0xff, 0x01, 0x02], moves(0, 1), {
    operands: [{ role: 'resource', type: 'u8' }],
  }),
  opcode('PERSIST_CRITICAL_STATE', [0xff, 0x01, 0x03], moves(0, 1), { operands: [address, size] }),
  opcode('TIME_NOW', [0xff, 0x01, 0x04], moves(0, 1)),
  opcode('SLEEP_UNTIL', [0xff, 0x01, 0x05], nothing, { operands: [time] }),
  opcode('CAP_INVOKE', [0xff, 0x02, 0x00], 'dynamic', {
    operands: [
      { role: 'capability', type: 'u16' },
      { role: 'count', type: 'u8' },
    ],
  }),
  opcode('MEM_TAG', [0xff, 0x02, 0x01], nothing, {
    operands: [address, size, { role: 'tag', type: 'u8' }],
  }),
  opcode('SANDBOX_ENTER', [0xff, 0x02, 0x02], nothing, {
    operands: [address, size, { role: 'permissions', type: 'u8' }],
  }),
  opcode('SANDBOX_EXIT', [0xff, 0x02, 0x03], nothing),
  opcode('FUEL_SET', [0xff, 0x02, 0x04], nothing, { operands: [{ role: 'fuel', type: 'u32' }] }),
  opcode('IDENTITY_GET', [0xff, 0x02, 0x05], moves(0, 1)),
  opcode('SUSPEND', [0xff, 0x03, 0x00], nothing, { operands: [channel], flow: 'suspend' }),
  opcode('RESUME', [0xff, 0x03, 0x01], 'dynamic'),
  opcode('FORK', [0xff, 0x03, 0x02], moves(0, 1), {
    operands: [target, { role: 'share', type: 'u8' }],
    flow: 'spawn',
  }),
  opcode('JOIN', [0xff, 0x03, 0x03], unary),
  opcode('CANCEL', [0xff, 0x03, 0x04], unary),
  opcode('AWAIT_CHANNEL', [0xff, 0x03, 0x05], moves(0, 1), {
    operands: [channel, { role: 'timeout', type: 'u16' }],
  }),
]);

/** First byte of every escape. */
export const ESCAPE = 0xff;

const byFirstByte = new Map(baseOpcodes.map((each) => [each.prefix[0], each]));
const byExtension = new Map(
  escapeOpcodes
    .filter((each) => each.prefix.length === 3)
    .map((each) => [((each.prefix[1] ?? 0) << 8) | (each.prefix[2] ?? 0), each]),
);
const byName = new Map([...baseOpcodes, ...escapeOpcodes].map((each) => [each.name, each]));
const probe = byName.get('PROBE');

/** The base opcode of a byte; undefined for the bytes machine S does not know, and for the escape. */
export function stackOpcode(byte: number): StackOpcode | undefined {
  return byFirstByte.get(byte);
}

/** The escape `FF extension sub`; any nonzero `sub` of extension 0 is PROBE. */
export function stackEscape(extension: number, sub: number): StackOpcode | undefined {
  if (extension === 0 && sub !== 0) return probe;
  return byExtension.get((extension << 8) | sub);
}

/** Finds an opcode by its mnemonic in capitals. */
export function stackOpcodeNamed(name: string): StackOpcode | undefined {
  return byName.get(name);
}

/** Extensions a program can PROBE for, by id. */
export const extensions = [undefined, 'temporal', 'security', 'async'] as const;

/** Whether machine S has an extension. */
export function isExtension(id: number): boolean {
  return extensions[id] !== undefined;
}
