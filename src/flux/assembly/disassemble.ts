import type { DataSegment, MachineName } from '../machine.ts';
import { dialects } from './detect-text.ts';
import { type Form, slotWidth, writtenSlots } from './form.ts';

/** A stretch of code as the disassembler reads it: an instruction, or bytes that are none. */
type Piece =
  | { readonly pc: number; readonly size: number; readonly form: Form; readonly values: number[] }
  | { readonly pc: number; readonly size: number; readonly form?: never };

export interface DisassembleOptions {
  readonly machine: MachineName;
  /** Names for addresses in the code; others are named after the address. */
  readonly labels?: ReadonlyMap<string, number>;
  /** What lies in memory when the program starts. */
  readonly data?: readonly DataSegment[];
}

/**
 * Prints code as source with labels that assembles to the very same bytes, whatever they are:
 * what is no instruction becomes `.byte`.
 *
 * @example
 * disassemble(parseHex('1600'), { machine: 'stack' }); // => '.machine stack\n  INC\n  HALT\n'
 */
export function disassemble(code: Uint8Array, options: DisassembleOptions): string {
  const { machine, labels, data = [] } = options;
  const pieces = readPieces(code, machine);
  const names = nameTargets(pieces, code.length, labels ?? new Map());
  const lines = [`.machine ${machine}`, ...printData(data)];
  const named = (pc: number): readonly string[] => (names.get(pc) ?? []).map((each) => `${each}:`);
  for (const piece of pieces) lines.push(...named(piece.pc), `  ${printPiece(piece, code, names)}`);
  lines.push(...named(code.length));
  return `${lines.join('\n')}\n`;
}

const DATA_BYTES_A_LINE = 16;

/** Data as sections that assemble to the very same segments, and the way back to the code. */
export function printData(data: readonly DataSegment[]): readonly string[] {
  if (data.length === 0) return [];
  const sections = data.flatMap(({ address, bytes }) => {
    const lines = [`.data ${address}`];
    for (let at = 0; at < bytes.length; at += DATA_BYTES_A_LINE) {
      lines.push(`  ${printBytes(bytes.subarray(at, at + DATA_BYTES_A_LINE))}`);
    }
    return lines;
  });
  return [...sections, '.code'];
}

const printBytes = (bytes: Uint8Array): string =>
  `.byte ${[...bytes].map((byte) => `0x${byte.toString(16).padStart(2, '0')}`).join(', ')}`;

/** Reads code from its first byte to its last, one piece after the other. */
function readPieces(code: Uint8Array, machine: MachineName): readonly Piece[] {
  const dialect = dialects[machine];
  const pieces: Piece[] = [];
  let pc = 0;
  while (pc < code.length) {
    const piece = readPiece(code, pc, dialect.formsAt(code, pc)) ?? {
      pc,
      size: Math.min(dialect.unreadableSize(code, pc), code.length - pc),
    };
    pieces.push(piece);
    pc += piece.size;
  }
  return pieces;
}

function readPiece(code: Uint8Array, pc: number, forms: readonly Form[]): Piece | undefined {
  for (const form of forms) {
    const values = valuesOf(form, code, pc);
    if (values !== undefined) return { pc, size: form.size, form, values };
  }
  return undefined;
}

/** Operand values in the order they are written; undefined where the form cannot say these bytes. */
function valuesOf(form: Form, code: Uint8Array, pc: number): number[] | undefined {
  if (pc + form.size > code.length) return undefined;
  if (form.prefix.some((byte, index) => code[pc + index] !== byte)) return undefined;
  const values: number[] = [];
  let at = pc + form.prefix.length;
  for (const slot of form.slots) {
    const raw = readLittleEndian(code, at, slotWidth(slot));
    at += slotWidth(slot);
    if (slot.kind === 'same') return undefined;
    if (slot.kind === 'fixed') {
      if (raw !== slot.byte) return undefined;
      continue;
    }
    if (slot.kind === 'register') {
      values.push(raw);
      continue;
    }
    const value = slot.min < 0 && raw > slot.max ? raw - 256 ** slot.width : raw;
    if (value < slot.min || value > slot.max) return undefined;
    values.push(value);
  }
  return values;
}

function readLittleEndian(code: Uint8Array, at: number, width: number): number {
  let value = 0;
  for (let index = 0; index < width; index += 1) value += (code[at + index] ?? 0) * 256 ** index;
  return value;
}

/** The address a jump goes to; undefined for other instructions. */
function targetOf(piece: Piece): number | undefined {
  if (piece.form === undefined) return undefined;
  const index = writtenSlots(piece.form).findIndex((slot) => slot.kind === 'target');
  const slot = writtenSlots(piece.form)[index];
  const value = piece.values[index];
  if (slot?.kind !== 'target' || value === undefined) return undefined;
  const end = piece.pc + piece.size;
  if (slot.from === 'absolute') return value;
  return slot.from === 'forward' ? end + value : end - value;
}

/** Names for every address that has one already or is jumped to, where a piece begins or the code ends. */
function nameTargets(
  pieces: readonly Piece[],
  end: number,
  labels: ReadonlyMap<string, number>,
): ReadonlyMap<number, readonly string[]> {
  const starts = new Set([...pieces.map((piece) => piece.pc), end]);
  const names = new Map<number, readonly string[]>();
  for (const [name, pc] of labels) {
    if (starts.has(pc)) names.set(pc, [...(names.get(pc) ?? []), name]);
  }
  for (const piece of pieces) {
    const target = targetOf(piece);
    if (target === undefined || !starts.has(target) || names.has(target)) continue;
    let name = `L${target.toString(16).padStart(4, '0')}`;
    while (labels.has(name)) name += '_';
    names.set(target, [name]);
  }
  return names;
}

function printPiece(
  piece: Piece,
  code: Uint8Array,
  names: ReadonlyMap<number, readonly string[]>,
): string {
  if (piece.form === undefined) return printBytes(code.subarray(piece.pc, piece.pc + piece.size));
  const { form, values } = piece;
  const target = targetOf(piece);
  const label = target === undefined ? undefined : names.get(target)?.[0];
  const operands = writtenSlots(form).map((slot, index) => {
    const value = values[index] ?? 0;
    if (slot.kind === 'register') return `R${value}`;
    return slot.kind === 'target' && label !== undefined ? label : String(value);
  });
  return operands.length === 0 ? form.mnemonic : `${form.mnemonic} ${operands.join(', ')}`;
}
