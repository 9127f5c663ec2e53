import {
  type RegisterMachine,
  resetRegisters,
  type Service,
  type ServiceTable,
  trapMachine,
} from './machine.ts';
import { readBytes } from './memory.ts';

const ISA_VERSION = 3;

function print(machine: RegisterMachine, text: string): void {
  if (machine.printed + text.length > machine.limits.output) {
    trapMachine(machine, 'OutputOverflow', `Output over ${machine.limits.output} characters`);
    return;
  }
  machine.printed += text.length;
  machine.output.push(text);
  machine.host.output?.(text);
}

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}

function nonZeroRegisters({ ints }: RegisterMachine): string {
  const shown = [...ints.subarray(0, 16)].flatMap((value, index) =>
    value === 0 ? [] : [`R${index}=${value}`],
  );
  return shown.join(' ') || '(all registers zero)';
}

/** What `SYS imm8` does, by its operand; other operands trap. */
const calls: readonly ((machine: RegisterMachine) => void)[] = [
  (machine) => print(machine, String(machine.ints[0])),
  (machine) => print(machine, String.fromCharCode(machine.ints[0]! & 0xff)),
  (machine) => {
    const bytes = readBytes(machine, machine.ints[0]!, machine.ints[1]!);
    if (bytes) print(machine, latin1(bytes));
  },
  (machine) => print(machine, nonZeroRegisters(machine)),
];

const nothing: Service = () => {};

/** Breakpoint and panic name the address after their instruction, as the original does. */
export const systemServices: ServiceTable = {
  HALT: (machine) => {
    machine.ending = 'halt';
  },
  BRK: (machine) => print(machine, `[BREAKPOINT at PC=${machine.pc + 1}]`),
  WFI: nothing,
  RESET: resetRegisters,
  SYN: nothing,
  SYS: (machine, { rd: number }) => {
    const call = calls[number];
    if (call) call(machine);
    else trapMachine(machine, 'Unimplemented', `Unimplemented: SYS ${number}`);
  },
  DBG: (machine, { rd }) => print(machine, `[DBG] R${rd} = ${machine.ints[rd]}`),
  YIELD: nothing,
  PANIC: (machine) => {
    print(machine, `[PANIC at PC=${machine.pc + 1}]`);
    machine.ending ??= 'halt';
  },
  VER: (machine) => {
    machine.ints[0] = ISA_VERSION;
  },
  PRINT: (machine) => {
    const [r0, r1, r2, r3] = machine.ints;
    print(machine, `R0=${r0} R1=${r1} R2=${r2} R3=${r3}`);
  },
};
