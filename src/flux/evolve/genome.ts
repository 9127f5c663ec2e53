import { stackOpcodeNamed } from '../stack/isa.ts';

/**
 * A program under search: instructions of machine S, in two lists of equal length. The operand of
 * a jump is the index of an instruction, or the length for the end; that of PUSH is a constant;
 * others have none.
 */
export interface Genome {
  readonly codes: readonly number[];
  readonly operands: readonly number[];
}

/** Codes of the instructions a search may use; the order is that of the evaluator. */
export const genes = [
  'PUSH',
  'POP',
  'DUP',
  'SWAP',
  'OVER',
  'ROT',
  'ADD',
  'SUB',
  'MUL',
  'DIV',
  'MOD',
  'NEG',
  'INC',
  'DEC',
  'EQ',
  'NE',
  'LT',
  'LE',
  'GT',
  'GE',
  'AND',
  'OR',
  'XOR',
  'NOT',
  'SHL',
  'SHR',
  'JMP',
  'JZ',
  'JNZ',
  'HALT',
] as const;

export type GeneName = (typeof genes)[number];

export const codeOf: Readonly<Record<GeneName, number>> = Object.fromEntries(
  genes.map((name, code) => [name, code]),
) as Record<GeneName, number>;

export const isJump = (code: number): boolean => code >= codeOf.JMP && code <= codeOf.JNZ;

/** Whether the operand of a code means something. */
export const hasOperand = (code: number): boolean => code === codeOf.PUSH || isJump(code);

const opcodes = genes.map((name) => stackOpcodeNamed(name)!);

/** The genome as bytecode of machine S, with a HALT at its end. */
export function encodeGenome({ codes, operands }: Genome): Uint8Array {
  const starts: number[] = [];
  let at = 0;
  for (const code of codes) {
    starts.push(at);
    at += opcodes[code]!.size;
  }
  starts.push(at);
  const bytes = new Uint8Array(at + 1);
  const view = new DataView(bytes.buffer);
  for (const [index, code] of codes.entries()) {
    const start = starts[index]!;
    bytes[start] = opcodes[code]!.prefix[0]!;
    const operand = operands[index]!;
    if (code === codeOf.PUSH) view.setInt32(start + 1, operand, true);
    if (isJump(code)) view.setUint16(start + 1, starts[operand]!, true);
  }
  bytes[at] = opcodes[codeOf.HALT]!.prefix[0]!;
  return bytes;
}
