import { type Service, type ServiceTable, trapMachine } from './machine.ts';

const overflow: Service = (machine) => trapMachine(machine, 'StackOverflow', 'Stack overflow');
const underflow: Service = (machine) => trapMachine(machine, 'StackUnderflow', 'Stack underflow');

/** What the instructions of the dispatch loop do when their ordinary work is impossible. */
export const faultServices: ServiceTable = {
  RET: underflow,
  IRET: underflow,
  LRET: underflow,
  PUSH: overflow,
  POP: underflow,
  CALL: overflow,
  LCALL: overflow,
  DIV: (machine) => trapMachine(machine, 'DivisionByZero', 'Division by zero'),
  MOD: (machine) => trapMachine(machine, 'DivisionByZero', 'Modulo by zero'),
};
