import { fluxLimits } from '../limits.ts';
import { type RegisterMachine, type ServiceTable, trapMachine } from './machine.ts';

type Access = 'read' | 'write';

/** Traps for the first of `count` bytes from `address` that memory does not have. */
function inBounds(
  machine: RegisterMachine,
  access: Access,
  { address, count }: { readonly address: number; readonly count: number },
): boolean {
  const bad = address < 0 ? address : Math.max(address, fluxLimits.memoryBytes);
  if (count <= 0 || (address >= 0 && address + count <= fluxLimits.memoryBytes)) return true;
  const text = `${bad < 0 ? '-' : ''}0x${Math.abs(bad).toString(16)}`;
  trapMachine(machine, 'MemoryOutOfBounds', `Memory ${access} out of bounds: ${text}`);
  return false;
}

/** Reads `count` bytes, or traps and answers undefined. */
export function readBytes(
  machine: RegisterMachine,
  address: number,
  count: number,
): Uint8Array | undefined {
  if (!inBounds(machine, 'read', { address, count })) return undefined;
  return machine.memory.slice(address, address + Math.max(count, 0));
}

/** Writes in ascending order; what lies before the first address out of bounds stays written. */
function writeBytes(machine: RegisterMachine, address: number, bytes: Uint8Array): void {
  inBounds(machine, 'write', { address, count: bytes.length });
  if (bytes.length === 0 || address < 0 || address >= fluxLimits.memoryBytes) return;
  machine.memory.set(bytes.subarray(0, fluxLimits.memoryBytes - address), address);
}

function loadWord(machine: RegisterMachine, address: number): number | undefined {
  const bytes = readBytes(machine, address, 4);
  return bytes && new DataView(bytes.buffer).getInt32(0, true);
}

function storeWord(machine: RegisterMachine, address: number, value: number): void {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, value, true);
  writeBytes(machine, address, bytes);
}

/** Addresses are 32-bit sums like every other; they wrap before they are checked. */
export const memoryServices: ServiceTable = {
  LOAD: (machine, { rd, rs1, rs2 }) => {
    const { ints } = machine;
    ints[rd] = loadWord(machine, (ints[rs1]! + ints[rs2]!) | 0) ?? ints[rd]!;
  },
  STORE: (machine, { rd, rs1, rs2 }) => {
    const { ints } = machine;
    storeWord(machine, (ints[rs1]! + ints[rs2]!) | 0, ints[rd]!);
  },
  LOADOFF: (machine, { rd, rs1, offset }) => {
    const { ints } = machine;
    ints[rd] = loadWord(machine, (ints[rs1]! + offset) | 0) ?? ints[rd]!;
  },
  STOREOF: (machine, { rd, rs1, offset }) => {
    const { ints } = machine;
    storeWord(machine, (ints[rs1]! + offset) | 0, ints[rd]!);
  },
  LOADI: (machine, { rd, rs1, offset }) => {
    const { ints } = machine;
    const value = loadWord(machine, ints[rs1]!);
    if (value !== undefined) ints[rd] = value + offset;
  },
  STOREI: (machine, { rd, rs1, offset }) => {
    const { ints } = machine;
    storeWord(machine, (ints[rs1]! + offset) | 0, ints[rd]!);
  },
  /** As if through a buffer of its own. */
  COPY: (machine, { rd, rs1, offset }) => {
    const bytes = readBytes(machine, machine.ints[rs1]!, offset);
    if (bytes) writeBytes(machine, machine.ints[rd]!, bytes);
  },
  FILL: (machine, { rd, rs1, offset }) => {
    const bytes = new Uint8Array(Math.max(offset, 0)).fill(machine.ints[rs1]!);
    writeBytes(machine, machine.ints[rd]!, bytes);
  },
};
