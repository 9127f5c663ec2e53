import { DatumError } from '../../base/index.ts';
import type { Context } from './context.ts';
import type { MachineState } from './state.ts';
import type { TrapCause } from './trap-cause.ts';

/** What became of a service: done, a trap, or the scheduler decides what goes on. */
export type ServiceResult = TrapCause | 'reschedule' | 'suspend' | undefined;

/**
 * An instruction that reaches beyond its stack and memory. `pc` already points behind it, its
 * operands are on the stack, and there is room for what it pushes.
 */
export type Service = (
  state: MachineState,
  context: Context,
  operands: readonly number[],
) => ServiceResult;

/** Services by mnemonic. */
export type ServiceTable = Readonly<Record<string, Service>>;

/** Asks the host; its refusal is a trap, any other error of its own goes up. */
export function askHost(name: string, ask: () => ServiceResult): ServiceResult {
  try {
    return ask();
  } catch (error) {
    if (!(error instanceof DatumError) || error.kind !== 'refused') throw error;
    return { kind: 'HostRefused', message: `${name} refused: ${error.message}` };
  }
}
