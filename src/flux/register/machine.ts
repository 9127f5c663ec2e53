import { FluxError } from '../error.ts';
import { fluxLimits } from '../limits.ts';
import type { DataSegment, Ending, Host, RunLimits, Trap, TrapKind } from '../machine.ts';

/**
 * The state of machine R between two instructions. The interpreter and compiled code work on the
 * same one, so that a run can change from either to the other at any instruction.
 */
export interface RegisterMachine {
  /** The program, with zeros behind it so that operands can be fetched without a bounds check. */
  readonly code: Uint8Array;
  readonly codeLength: number;
  readonly host: Host;
  readonly limits: Required<Pick<RunLimits, 'stackDepth' | 'output'>>;
  readonly ints: Int32Array;
  readonly floats: Float64Array;
  /** How far the program trusts each integer register, 0 to 1. */
  readonly confidence: Float64Array;
  readonly memory: DataView;
  /** One stack for PUSH, POP, CALL and RET. */
  readonly stack: Int32Array;
  depth: number;
  pc: number;
  cycles: number;
  /** The last result that set the flags: they are clear before any, as after a positive result. */
  flagged: number;
  /** The confidence that CONF_LD and CONF_ST move. */
  accumulator: number;
  readonly output: string[];
  printed: number;
  ending: Ending | undefined;
  trap: Trap | undefined;
}

/** The arrays of a machine; the fast path lays them out in one WebAssembly memory. */
export type RegisterStore = Pick<
  RegisterMachine,
  'ints' | 'floats' | 'confidence' | 'memory' | 'stack'
>;

/** What a run starts from; what is absent is zero, a confidence is 1. */
export interface RegisterStart {
  readonly limits?: RunLimits;
  readonly host?: Host;
  /** Integer registers from R0 on. */
  readonly ints?: Iterable<number>;
  /** Float registers from F0 on. */
  readonly floats?: Iterable<number>;
  readonly confidence?: Iterable<number>;
  readonly memory?: readonly DataSegment[];
}

const REGISTERS = 256;
/** Instructions are at most five bytes: four zeros let the last one be fetched whole. */
const PADDING = 4;
const CLEAR_FLAGS = 1;

export function registerStore(): RegisterStore {
  return {
    ints: new Int32Array(REGISTERS),
    floats: new Float64Array(REGISTERS),
    confidence: new Float64Array(REGISTERS).fill(1),
    memory: new DataView(new ArrayBuffer(fluxLimits.memoryBytes)),
    stack: new Int32Array(fluxLimits.registerStackDepthMax),
  };
}

function bounded(name: keyof RunLimits, value: number | undefined, max: number): number {
  if (value === undefined) return max;
  if (Number.isInteger(value) && value >= 0 && value <= max) return value;
  throw new FluxError({
    code: 'flux/limit',
    message: `limit ${name} must be a whole number from 0 to ${max}, not ${value}`,
    hint: `leave ${name} out for ${max}`,
    kind: 'usage',
    data: { limit: name, max },
  });
}

function load(target: Int32Array | Float64Array, values: Iterable<number>): void {
  const list = [...values];
  if (list.length > target.length) {
    throw new FluxError({
      code: 'flux/start-too-long',
      message: `a machine starts with at most ${target.length} values here, not ${list.length}`,
      hint: 'give fewer registers',
      kind: 'usage',
    });
  }
  target.set(list);
}

function loadSegment(memory: DataView, { address, bytes }: DataSegment): void {
  if (Number.isInteger(address) && address >= 0 && address + bytes.length <= memory.byteLength) {
    new Uint8Array(memory.buffer, memory.byteOffset + address, bytes.length).set(bytes);
    return;
  }
  throw new FluxError({
    code: 'flux/memory',
    message: `data of ${bytes.length} bytes at address ${address} does not fit into memory`,
    hint: `memory has addresses 0 to ${memory.byteLength - 1}`,
    data: { address, bytes: bytes.length },
  });
}

function checkConfidence(values: Iterable<number>): readonly number[] {
  const list = [...values];
  const wrong = list.find((value) => !(value >= 0 && value <= 1));
  if (wrong === undefined) return list;
  throw new FluxError({
    code: 'flux/confidence',
    message: `a confidence is a number from 0 to 1, not ${wrong}`,
    hint: 'give 1 for a value that is certain',
    kind: 'usage',
  });
}

/** Bytes of a program with the padding the interpreter needs; a longer one than allowed is refused. */
export function padProgram(code: Uint8Array): Uint8Array {
  if (code.length > fluxLimits.codeBytesMax) {
    throw new FluxError({
      code: 'flux/limit',
      message: `a program has at most ${fluxLimits.codeBytesMax} bytes, this one has ${code.length}`,
      hint: 'check that the file is FLUX bytecode',
      data: { bytes: code.length, max: fluxLimits.codeBytesMax },
    });
  }
  const padded = new Uint8Array(code.length + PADDING);
  padded.set(code);
  return padded;
}

/** A machine at the first instruction of `code`, on the arrays of `store`, which must be fresh. */
export function registerMachine(
  code: Uint8Array,
  start: RegisterStart = {},
  store: RegisterStore = registerStore(),
): RegisterMachine {
  const limits = start.limits ?? {};
  if (start.ints) load(store.ints, start.ints);
  if (start.floats) load(store.floats, start.floats);
  if (start.confidence) load(store.confidence, checkConfidence(start.confidence));
  for (const segment of start.memory ?? []) loadSegment(store.memory, segment);
  return {
    code: padProgram(code),
    codeLength: code.length,
    host: start.host ?? {},
    limits: {
      stackDepth: bounded('stackDepth', limits.stackDepth, fluxLimits.registerStackDepthMax),
      output: bounded('output', limits.output, fluxLimits.outputCharactersMax),
    },
    ...store,
    depth: 0,
    pc: 0,
    cycles: 0,
    flagged: CLEAR_FLAGS,
    accumulator: 1,
    output: [],
    printed: 0,
    ending: undefined,
    trap: undefined,
  };
}

/** A machine of its own in the same state; the host and the program are shared. */
export function copyRegisterMachine(machine: RegisterMachine): RegisterMachine {
  const { buffer, byteOffset, byteLength } = machine.memory;
  return {
    ...machine,
    ints: machine.ints.slice(),
    floats: machine.floats.slice(),
    confidence: machine.confidence.slice(),
    memory: new DataView(buffer.slice(byteOffset, byteOffset + byteLength)),
    stack: machine.stack.slice(),
    output: [...machine.output],
  };
}

/** The same machine on other arrays; the old one must not be used any more. */
export function moveRegisterMachine(
  machine: RegisterMachine,
  store: RegisterStore,
): RegisterMachine {
  store.ints.set(machine.ints);
  store.floats.set(machine.floats);
  store.confidence.set(machine.confidence);
  store.stack.set(machine.stack);
  new Uint8Array(store.memory.buffer, store.memory.byteOffset, store.memory.byteLength).set(
    new Uint8Array(machine.memory.buffer, machine.memory.byteOffset, machine.memory.byteLength),
  );
  return { ...machine, ...store };
}

/** RESET: clears the registers and the flags; program counter, stack and memory stay. */
export function resetRegisters(machine: RegisterMachine): void {
  machine.ints.fill(0);
  machine.floats.fill(0);
  machine.flagged = CLEAR_FLAGS;
}

/** Ends the run at the current instruction, whose cycle has been counted. */
export function trapMachine(machine: RegisterMachine, kind: TrapKind, message: string): void {
  machine.ending = 'trap';
  machine.trap = { kind, pc: machine.pc, step: machine.cycles - 1, message };
}

/** Z is 1, S is 2; carry and overflow are never set on machine R. */
export function registerFlags(machine: RegisterMachine): number {
  if (machine.flagged === 0) return 1;
  return machine.flagged < 0 ? 2 : 0;
}

/** The operand bytes of an instruction; `offset` is the signed immediate of format G. */
export interface Operands {
  readonly rd: number;
  readonly rs1: number;
  readonly rs2: number;
  readonly offset: number;
}

/** An instruction outside the dispatch loop; it may trap and leaves `pc` alone. */
export type Service = (machine: RegisterMachine, operands: Operands) => void;

/** Services by opcode byte. */
export type ServiceTable = Readonly<Record<number, Service>>;
