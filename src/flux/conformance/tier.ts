import type { MachineName } from '../machine.ts';
import { decodeRegister, isRegisterFault } from '../register/decode.ts';
import { decodeStack, isStackFault } from '../stack/decode.ts';
import type { Tier } from '../stack/isa.ts';

/** From the most portable to the least. */
export const tiers = ['P0', 'P1', 'P2', 'P3'] as const satisfies readonly Tier[];

/** The share of a class that an implementation should pass; P3 is optional (FLUX §7.2). */
export const tierGates: Readonly<Record<Tier, number>> = { P0: 1, P1: 0.8, P2: 0.5, P3: 0 };

function tierAt(machine: MachineName, code: Uint8Array, pc: number) {
  if (machine === 'stack') {
    const decoded = decodeStack(code, pc);
    return isStackFault(decoded) ? undefined : { tier: decoded.opcode.tier, size: decoded.size };
  }
  const decoded = decodeRegister(code, pc);
  if (isRegisterFault(decoded)) return undefined;
  return { tier: decoded.opcode.tier, size: decoded.size };
}

/** The class of a program: that of its least portable instruction, read from the start. */
export function tierOf(machine: MachineName, code: Uint8Array): Tier {
  let worst = 0;
  for (let pc = 0; pc < code.length; ) {
    const found = tierAt(machine, code, pc);
    if (found === undefined) return 'P3';
    worst = Math.max(worst, tiers.indexOf(found.tier));
    pc += found.size;
  }
  return tiers[worst]!;
}
