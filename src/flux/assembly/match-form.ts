import { describeForm, type Form, type Slot, writtenSlots } from './form.ts';
import type { ProblemList } from './problem.ts';
import type { Name, WrittenOperand } from './statement.ts';

type WrittenSlot = Exclude<Slot, { readonly kind: 'fixed' }>;

function fits(slot: WrittenSlot, operand: WrittenOperand): boolean {
  if (slot.kind === 'same') return operand.kind === 'register';
  if (slot.kind !== 'register') return operand.kind === 'sum';
  return operand.kind === 'register' && (operand.letter === 'R' || slot.file === 'float');
}

/** Picks the form that the operands were written for; a problem where there is none. */
export function matchForm(
  forms: readonly Form[],
  written: { readonly head: Name; readonly operands: readonly WrittenOperand[] },
  problems: ProblemList,
): Form | undefined {
  const { head, operands } = written;
  const expected = forms.map(describeForm).join(' or ');
  const sameCount = forms.filter((form) => writtenSlots(form).length === operands.length);
  const [nearest] = sameCount;
  if (nearest === undefined) {
    const few = operands.length < Math.min(...forms.map((form) => writtenSlots(form).length));
    const found = operands.length === 1 ? '1 operand' : `${operands.length} operands`;
    const message = `${head.text} has ${found}, which is too ${few ? 'few' : 'many'}`;
    problems.add(operands.at(-1) ?? head, message, expected);
    return undefined;
  }
  const form = sameCount.find((each) =>
    writtenSlots(each).every((slot, index) => fits(slot, operands[index] as WrittenOperand)),
  );
  if (form !== undefined) return checkRegisters(form, operands, problems) ? form : undefined;
  const slots = writtenSlots(nearest);
  const wrong = slots.findIndex((slot, index) => !fits(slot, operands[index] as WrittenOperand));
  const operand = operands[wrong] ?? head;
  const wantsRegister = slots[wrong]?.kind === 'register' || slots[wrong]?.kind === 'same';
  const message = wantsRegister
    ? `Invalid register: ${operand.text}`
    : `Cannot parse operand: ${operand.text}`;
  problems.add(operand, message, expected);
  return undefined;
}

/** Register numbers are at most 255, and a repeated one really repeats. */
function checkRegisters(
  form: Form,
  operands: readonly WrittenOperand[],
  problems: ProblemList,
): boolean {
  for (const [index, slot] of writtenSlots(form).entries()) {
    const operand = operands[index];
    if (operand?.kind !== 'register') continue;
    if (operand.index > 255) {
      problems.add(operand, `Invalid register: ${operand.text}`, 'R0 to R255');
      return false;
    }
    const earlier = slot.kind === 'same' ? operands[slot.as] : operand;
    if (earlier?.kind !== 'register' || earlier.index !== operand.index) {
      const message = `${form.mnemonic} works in one register: ${operand.text} is another one`;
      problems.add(operand, message, `${earlier?.text ?? 'the first register'} again, or left out`);
      return false;
    }
  }
  return true;
}
