import type { MachineName } from '../machine.ts';
import { decodeRegister, isRegisterFault, type RegisterInstruction } from '../register/decode.ts';
import { decodeStack, isStackFault, type StackInstruction } from '../stack/decode.ts';
import { toHex } from './hex.ts';

/** One line of a listing: what is at an address, as the machine would read it. */
export interface ListedLine {
  readonly pc: number;
  readonly size: number;
  readonly text: string;
}

/** Lists code from its first byte to its last, one instruction or unknown byte a line. */
export function listCode(code: Uint8Array, machine: MachineName): readonly ListedLine[] {
  const lines: ListedLine[] = [];
  let pc = 0;
  while (pc < code.length) {
    const text = instructionText(code, pc, machine);
    lines.push({ pc, ...text });
    pc += text.size;
  }
  return lines;
}

/**
 * The instruction at an address with its operands in numbers (FLUX §3.5): all registers of its
 * format, immediates signed where the machine reads them so; `UNKNOWN_0xHH` where there is none.
 */
export function instructionText(
  code: Uint8Array,
  pc: number,
  machine: MachineName,
): { readonly size: number; readonly text: string } {
  const unknown = { size: 1, text: `UNKNOWN_0x${toHex(code.subarray(pc, pc + 1)).toUpperCase()}` };
  if (machine === 'stack') {
    const decoded = decodeStack(code, pc);
    return isStackFault(decoded) ? unknown : { size: decoded.size, text: stackText(decoded) };
  }
  const decoded = decodeRegister(code, pc);
  return isRegisterFault(decoded) ? unknown : { size: decoded.size, text: registerText(decoded) };
}

function stackText({ opcode, operands }: StackInstruction): string {
  return [opcode.name, operands.join(', ')].join(' ').trimEnd();
}

function registerText({ opcode, operands }: RegisterInstruction): string {
  const written = operands.map((value, index) => {
    const operand = opcode.operands[index];
    const isRegister = operand?.file !== undefined || operand?.role === 'unused';
    return isRegister && opcode.format !== 'C' ? `R${value}` : String(value);
  });
  return [opcode.name, written.join(', ')].join(' ').trimEnd();
}

/** A listing as text: two spaces, `0x` and four hex digits, a colon, two spaces, the instruction. */
export function printListing(lines: readonly ListedLine[]): string {
  return lines
    .map(({ pc, text }) => `  0x${pc.toString(16).padStart(4, '0')}:  ${text}`)
    .join('\n');
}
