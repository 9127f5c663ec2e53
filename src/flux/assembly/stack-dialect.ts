import { decodeStack, isStackFault } from '../stack/decode.ts';
import {
  baseOpcodes,
  escapeOpcodes,
  type Operand,
  type OperandType,
  type StackOpcode,
} from '../stack/isa.ts';
import { type Dialect, defineForm, type Form, type Slot } from './form.ts';

const ranges: Readonly<
  Record<OperandType, { readonly width: 1 | 2 | 4; readonly min: number; readonly max: number }>
> = {
  u8: { width: 1, min: 0, max: 0xff },
  u16: { width: 2, min: 0, max: 0xffff },
  u32: { width: 4, min: 0, max: 0xffff_ffff },
  i32: { width: 4, min: -0x8000_0000, max: 0x7fff_ffff },
};

function slotOf({ role, type }: Operand): Slot {
  if (role === 'target') {
    return { kind: 'target', name: 'label', width: 2, from: 'absolute', min: 0, max: 0xffff };
  }
  const range = ranges[type];
  // `PROBE 0` would be the bytes of EXT_NOP.
  return { kind: 'integer', name: role, ...range, min: role === 'id' ? 1 : range.min };
}

const formOf = (opcode: StackOpcode): Form =>
  defineForm(opcode.name, opcode.prefix, opcode.operands.map(slotOf));

const opcodes = [...baseOpcodes, ...escapeOpcodes];
const byName = new Map(opcodes.map((opcode) => [opcode.name, [formOf(opcode)]]));

/** How machine S is written: FLUX §2.5. */
export const stackDialect: Dialect = Object.freeze({
  forms: (mnemonic) => byName.get(mnemonic) ?? [],
  mnemonics: opcodes.map((opcode) => opcode.name),
  formsAt: (code, pc) => {
    const decoded = decodeStack(code, pc);
    return isStackFault(decoded) ? [] : (byName.get(decoded.opcode.name) ?? []);
  },
  unreadableSize: () => 1,
} satisfies Dialect);
