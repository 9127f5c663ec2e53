import { type Service, type ServiceTable, trapMachine } from './machine.ts';

const overflow: Service = (machine) => trapMachine(machine, 'StackOverflow', 'Stack overflow');
const underflow: Service = (machine) => trapMachine(machine, 'StackUnderflow', 'Stack underflow');

/** What the instructions of the dispatch loop do when their ordinary work is impossible. */
export const faultServices: ServiceTable = {
  2: underflow, // RET
  3: underflow, // IRET
  230: underflow, // LRET
  12: overflow, // PUSH
  13: underflow, // POP
  69: overflow, // CALL
  229: overflow, // LCALL
  35: (machine) => trapMachine(machine, 'DivisionByZero', 'Division by zero'),
  36: (machine) => trapMachine(machine, 'DivisionByZero', 'Modulo by zero'),
};
