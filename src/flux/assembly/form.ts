/**
 * The ways an instruction can be written, as data: one assembler and one disassembler serve both
 * machines, each of which only lists its forms.
 */

/** What a written operand must be, and the bytes it becomes. */
export type Slot =
  /** A register number, one byte. */
  | {
      readonly kind: 'register';
      readonly name: string;
      readonly file: 'int' | 'float' | 'confidence';
    }
  /** The same register as an earlier slot; written, but not encoded again (`ADDI R1, R1, 5`). */
  | { readonly kind: 'same'; readonly name: string; readonly as: number }
  /** A number or constant. */
  | {
      readonly kind: 'integer';
      readonly name: string;
      readonly width: 1 | 2 | 4;
      readonly min: number;
      readonly max: number;
    }
  /** A code label, or what it stands for as a number. */
  | {
      readonly kind: 'target';
      readonly name: string;
      readonly width: 2;
      /**
       * `absolute`: the address; `forward`: address minus the end of the instruction; `backward`:
       * the end of the instruction minus the address.
       */
      readonly from: 'absolute' | 'forward' | 'backward';
      readonly min: number;
      readonly max: number;
    }
  /** A byte that is encoded but not written. */
  | { readonly kind: 'fixed'; readonly byte: number };

export interface Form {
  readonly mnemonic: string;
  /** Bytes before the operands. */
  readonly prefix: readonly number[];
  /** In the order they are both written and encoded. */
  readonly slots: readonly Slot[];
  readonly size: number;
}

/** A machine's forms: by mnemonic in capitals for assembling, by bytes for disassembling. */
export interface Dialect {
  /** All forms of a mnemonic; several where it can be written in several ways. */
  readonly forms: (mnemonic: string) => readonly Form[];
  readonly mnemonics: readonly string[];
  /** The forms that may have produced the bytes at an address, best first. */
  readonly formsAt: (code: Uint8Array, pc: number) => readonly Form[];
  /** Bytes to pass over where no form fits: those of an opcode nobody has defined, else one. */
  readonly unreadableSize: (code: Uint8Array, pc: number) => number;
}

/** Bytes a slot takes. */
export function slotWidth(slot: Slot): number {
  switch (slot.kind) {
    case 'register':
    case 'fixed':
      return 1;
    case 'same':
      return 0;
    default:
      return slot.width;
  }
}

export function defineForm(
  mnemonic: string,
  prefix: readonly number[],
  slots: readonly Slot[],
): Form {
  const size = slots.reduce((sum, slot) => sum + slotWidth(slot), prefix.length);
  return Object.freeze({ mnemonic, prefix, slots, size });
}

/** Slots a person writes. */
export function writtenSlots(form: Form): readonly Exclude<Slot, { kind: 'fixed' }>[] {
  return form.slots.filter((slot) => slot.kind !== 'fixed');
}

/** How a form is written, for messages: `ADDI rd, imm (0 to 255)`. */
export function describeForm(form: Form): string {
  const operands = writtenSlots(form).map((slot) => {
    if (slot.kind === 'integer') return `${slot.name} (${slot.min} to ${slot.max})`;
    return slot.kind === 'target' ? 'label' : slot.name;
  });
  return operands.length === 0
    ? `${form.mnemonic} alone`
    : `${form.mnemonic} ${operands.join(', ')}`;
}
