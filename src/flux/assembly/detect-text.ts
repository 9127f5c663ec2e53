import type { MachineName } from '../machine.ts';
import { type Dialect, writtenSlots } from './form.ts';
import { registerDialect } from './register-dialect.ts';
import { stackDialect } from './stack-dialect.ts';
import type { Statement } from './statement.ts';

/** How each machine is written. */
export const dialects: Readonly<Record<MachineName, Dialect>> = Object.freeze({
  stack: stackDialect,
  register: registerDialect,
});

/**
 * Which machine a source is written for (FLUX §4): register operands or mnemonics that only R has
 * say register, mnemonics or operand counts that only S has say stack; otherwise it is not known.
 */
export function machineOfSource(statements: readonly Statement[]): MachineName | undefined {
  const instructions = statements.filter((each) => each.head !== undefined && !each.isDirective);
  if (instructions.some(hasRegister)) return 'register';
  return (
    moreOf(instructions, (machine, each) => isWrittenFor(dialects[machine], each)) ??
    moreOf(
      instructions,
      (machine, each) => dialects[machine].forms(each.head?.text ?? '').length > 0,
    )
  );
}

/** The machine for which more statements are true, so that a mistake does not hide what is meant. */
function moreOf(
  statements: readonly Statement[],
  holds: (machine: MachineName, statement: Statement) => boolean,
): MachineName | undefined {
  const stack = statements.filter((each) => holds('stack', each)).length;
  const register = statements.filter((each) => holds('register', each)).length;
  if (stack === register) return undefined;
  return stack > register ? 'stack' : 'register';
}

function hasRegister(statement: Statement): boolean {
  return statement.operands.some((each) => each.kind === 'register' && each.letter === 'R');
}

function isWrittenFor(dialect: Dialect, { head, operands }: Statement): boolean {
  return dialect.forms(head?.text ?? '').some((form) => {
    const slots = writtenSlots(form);
    return (
      slots.length === operands.length &&
      slots.every((slot) => slot.kind !== 'register' && slot.kind !== 'same')
    );
  });
}
