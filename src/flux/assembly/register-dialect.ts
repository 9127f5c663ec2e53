import {
  type RegisterOpcode,
  type RegisterOperand,
  registerOpcode,
  registerOpcodes,
} from '../register/isa.ts';
import { type Dialect, defineForm, type Form, type Slot } from './form.ts';

const REGISTER_NAMES = ['rd', 'rs1', 'rs2'];

function slotOf({ role, width, file }: RegisterOperand, index: number): Slot {
  const signedRange =
    width === 2 ? ({ min: -0x8000, max: 0x7fff } as const) : ({ min: -0x80, max: 0x7f } as const);
  switch (role) {
    case 'unused':
      return { kind: 'fixed', byte: 0 };
    case 'signed':
      return { kind: 'integer', name: 'imm', width, ...signedRange };
    case 'unsigned':
      return { kind: 'integer', name: 'imm', width, min: 0, max: width === 2 ? 0xffff : 0xff };
    case 'forward':
    case 'backward':
      return { kind: 'target', name: 'label', width: 2, from: role, min: -0x8000, max: 0x7fff };
    default:
      return { kind: 'register', name: REGISTER_NAMES[index] ?? 'register', file: file ?? 'int' };
  }
}

const formOf = (opcode: RegisterOpcode): Form =>
  defineForm(opcode.name, [opcode.byte], opcode.operands.map(slotOf));

const runnable = registerOpcodes.filter((opcode) => opcode.status !== 'unimplemented');
const plain = runnable.map(formOf);

const register = (name: string): Slot => ({ kind: 'register', name, file: 'int' });

/** Short ways to write an instruction, beside the one that names every operand (FLUX §3.4). */
const others: readonly Form[] = plain.flatMap((form): readonly Form[] => {
  const { mnemonic, prefix, slots } = form;
  const [first, second] = slots;
  switch (mnemonic) {
    // The first register of these is ignored, but programs in use write it.
    case 'JMP':
    case 'CALL':
    case 'LJMP':
    case 'LCALL':
      return second === undefined ? [] : [defineForm(mnemonic, prefix, [register('rd'), second])];
    case 'ADDI':
    case 'SUBI':
      return first === undefined || second === undefined
        ? []
        : [defineForm(mnemonic, prefix, [first, { kind: 'same', name: 'rd', as: 0 }, second])];
    case 'LJZ':
    case 'LJNZ':
    case 'LJLT':
    case 'LJGT':
      return [defineForm(mnemonic.slice(1), prefix, slots)];
    case 'DBG':
      return [
        defineForm(mnemonic, prefix, [
          { kind: 'integer', name: 'register number', width: 1, min: 0, max: 0xff },
        ]),
      ];
    default:
      return [];
  }
});

const all = [...plain, ...others];
const byMnemonic = Map.groupBy(all, (form) => form.mnemonic);
const byByte = Map.groupBy(all, (form) => form.prefix[0]);

/** How machine R is written: FLUX §3.4. */
export const registerDialect: Dialect = Object.freeze({
  forms: (mnemonic) => byMnemonic.get(mnemonic) ?? [],
  mnemonics: [...byMnemonic.keys()],
  formsAt: (code, pc) => byByte.get(code[pc]) ?? [],
  unreadableSize: (code, pc) => registerOpcode(code[pc] ?? 0)?.size ?? 1,
} satisfies Dialect);
