import type { Context } from './context.ts';
import { isStackFault, type StackDecodeFault, type StackInstruction } from './decode.ts';
import { ESCAPE, extensions, isExtension } from './isa.ts';
import { messageServices } from './message-services.ts';
import { securityServices } from './security-services.ts';
import type { ServiceResult, ServiceTable } from './service-table.ts';
import type { Exit, MachineState } from './state.ts';
import { taskServices } from './task-services.ts';
import { temporalServices } from './temporal-services.ts';
import { type TrapCause, traps } from './trap-cause.ts';

const services: ServiceTable = {
  EXT_NOP: () => undefined,
  PROBE: (_, { stack }, [id = 0]) => {
    stack.push({ kind: 'int', value: isExtension(id) ? 1 : 0 });
    return undefined;
  },
  ...messageServices,
  ...temporalServices,
  ...securityServices,
  ...taskServices,
};

/** Runs the one instruction at `pc` that an executor left to the machine; undefined to go on. */
export function serve(state: MachineState, context: Context): Exit | undefined {
  const { pc } = context;
  const decoded = state.program.instructionAt(pc);
  const result = isStackFault(decoded) ? escapeFault(decoded) : execute(state, context, decoded);
  if (typeof result === 'object') {
    context.pc = pc;
    state.cause = result;
    return 'trap';
  }
  state.steps += 1;
  return result;
}

function execute(
  state: MachineState,
  context: Context,
  { opcode, operands, pc, size }: StackInstruction,
): ServiceResult {
  const { stack } = context;
  const { name, effect } = opcode;
  if (effect !== 'dynamic') {
    if (stack.depth < effect.pops) {
      stack.depth = 0;
      return traps.underflow(pc + size);
    }
    if (effect.pushes > effect.pops && !stack.growAt(stack.depth)) {
      return traps.overflow(stack.limit);
    }
  }
  context.pc = pc + size;
  return services[name]!(state, context, operands);
}

function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0')}`;
}

/** Texts of FLUX §8.1 and §8.4 for an escape that cannot be read. */
function escapeFault({ pc, fault, bytes }: StackDecodeFault): TrapCause {
  const [first, extension = 0, sub = 0] = bytes;
  if (fault === 'truncated') return traps.truncated(pc);
  if (first !== ESCAPE) return traps.unknown(first ?? 0, pc);
  const known = extensions[extension];
  const message =
    known === undefined
      ? `EXT_UNKNOWN (0xe4): EXTENSION_NOT_SUPPORTED: extension ${hex(extension)}`
      : `Unknown ${known} sub-opcode ${hex(sub)}`;
  return { kind: 'UnknownOpcode', message };
}
