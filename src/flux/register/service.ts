import { agentServices } from './agents.ts';
import { confidenceServices } from './confidence.ts';
import { elementaryServices } from './elementary/services.ts';
import { faultServices } from './faults.ts';
import { registerOpcode } from './isa.ts';
import { type RegisterMachine, type ServiceTable, trapMachine } from './machine.ts';
import { memoryServices } from './memory.ts';
import { systemServices } from './system.ts';

const services: ServiceTable = {
  ...systemServices,
  ...faultServices,
  ...elementaryServices,
  ...memoryServices,
  ...agentServices,
  ...confidenceServices,
};

const byByte = Array.from({ length: 256 }, (_, byte) => {
  const opcode = registerOpcode(byte);
  // LOG is the name of two opcodes, of which one only is defined.
  return opcode && opcode.status !== 'unimplemented' ? services[opcode.name] : undefined;
});

/** `0x7F`, as the trap texts write a byte. */
function hex(byte: number): string {
  return `0x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** Executes the one instruction at `pc` that the dispatch loop left to a service. */
export function executeService(machine: RegisterMachine): void {
  const { code, pc } = machine;
  const byte = code[pc]!;
  const opcode = registerOpcode(byte);
  machine.cycles += 1;
  if (opcode === undefined) {
    trapMachine(machine, 'UnknownOpcode', `Invalid opcode: ${hex(byte)}`);
    return;
  }
  const service = byByte[byte];
  if (opcode.status !== 'unimplemented' && pc + opcode.size > machine.codeLength) {
    trapMachine(machine, 'TruncatedInstruction', `Truncated instruction: ${opcode.name}`);
  } else if (service === undefined) {
    trapMachine(machine, 'Unimplemented', `Unimplemented: ${opcode.name} (${hex(byte)})`);
  } else {
    const offset = ((code[pc + 3]! | (code[pc + 4]! << 8)) << 16) >> 16;
    service(machine, { rd: code[pc + 1]!, rs1: code[pc + 2]!, rs2: code[pc + 3]!, offset });
  }
  if (machine.ending !== 'trap') machine.pc = pc + opcode.size;
}
