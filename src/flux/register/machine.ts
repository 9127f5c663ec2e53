import { boundedLimit, loadSegment } from '../bounded.ts';
import { checkCodeSize } from '../code-size.ts';
import { FluxError } from '../error.ts';
import { fluxLimits } from '../limits.ts';
import type { DataSegment, Ending, Host, RunLimits, Trap, TrapKind } from '../machine.ts';
import { layout, REGISTERS } from './layout.ts';

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
  readonly ints: Int32Array<ArrayBuffer>;
  readonly floats: Float64Array<ArrayBuffer>;
  /** How far the program trusts each integer register, 0 to 1. */
  readonly confidence: Float64Array<ArrayBuffer>;
  readonly memory: Uint8Array<ArrayBuffer>;
  /** One stack for PUSH, POP, CALL and RET. */
  readonly stack: Int32Array<ArrayBuffer>;
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

/** The arrays of a machine; they share one buffer. */
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

/** Instructions are at most five bytes: four zeros let the last one be fetched whole. */
const PADDING = 4;
const CLEAR_FLAGS = 1;

/** The arrays of a machine in a buffer laid out as `layout.ts` says. */
export function storeIn(buffer: ArrayBuffer): RegisterStore {
  return {
    memory: new Uint8Array(buffer, layout.memory, fluxLimits.memoryBytes),
    ints: new Int32Array(buffer, layout.ints, REGISTERS),
    floats: new Float64Array(buffer, layout.floats, REGISTERS),
    confidence: new Float64Array(buffer, layout.confidence, REGISTERS),
    stack: new Int32Array(buffer, layout.stack, fluxLimits.registerStackDepthMax),
  };
}

/** The bytes of all arrays of a machine together. */
function storeBytes({ memory }: RegisterStore): Uint8Array<ArrayBuffer> {
  return new Uint8Array(memory.buffer, 0, layout.control);
}

function loadRegisters(target: Int32Array | Float64Array, values: Iterable<number>): void {
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
function padProgram(code: Uint8Array): Uint8Array {
  checkCodeSize(code);
  const padded = new Uint8Array(code.length + PADDING);
  padded.set(code);
  return padded;
}

function startStore(start: RegisterStart): RegisterStore {
  const store = storeIn(new ArrayBuffer(layout.control));
  store.confidence.fill(1);
  if (start.ints) loadRegisters(store.ints, start.ints);
  if (start.floats) loadRegisters(store.floats, start.floats);
  if (start.confidence) loadRegisters(store.confidence, checkConfidence(start.confidence));
  for (const segment of start.memory ?? []) loadSegment(store.memory, segment);
  return store;
}

/** A machine at the first instruction of `code`. Throws `flux/limit` for limits out of bounds. */
export function registerMachine(code: Uint8Array, start: RegisterStart = {}): RegisterMachine {
  const { limits = {}, host = {} } = start;
  return {
    code: padProgram(code),
    codeLength: code.length,
    host,
    limits: {
      stackDepth: boundedLimit('stackDepth', limits.stackDepth, fluxLimits.registerStackDepthMax),
      output: boundedLimit('output', limits.output, fluxLimits.outputCharactersMax),
    },
    ...startStore(start),
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
  const store = storeIn(storeBytes(machine).slice().buffer);
  return { ...machine, ...store, output: [...machine.output] };
}

/** The same machine on other arrays; the old one must not be used any more. */
export function moveRegisterMachine(
  machine: RegisterMachine,
  store: RegisterStore,
): RegisterMachine {
  storeBytes(store).set(storeBytes(machine));
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

/** Services by the name of their instruction. */
export type ServiceTable = Readonly<Record<string, Service>>;
