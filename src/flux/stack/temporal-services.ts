import { fluxLimits } from '../limits.ts';
import { type Context, MAY_READ } from './context.ts';
import { askHost, type ServiceResult, type ServiceTable } from './service-table.ts';
import { type MachineState, UNLIMITED_FUEL } from './state.ts';
import { traps } from './trap-cause.ts';
import { stackValue } from './value.ts';

/** Keeps a region as it is now: it is part of every result and continuation from here on. */
function persist(
  state: MachineState,
  context: Context,
  [address = 0, size = 0]: readonly number[],
): ServiceResult {
  if (address + size > state.memory.length) return traps.bounds(address + size - 1);
  const refused = state.refuses(context, { address, size, permission: MAY_READ });
  if (refused !== undefined) return refused;
  if (state.persisted.size >= fluxLimits.persistedMax && !state.persisted.has(address)) {
    const message = `Too much persisted: more than ${fluxLimits.persistedMax} regions`;
    return { kind: 'MemoryOutOfBounds', message };
  }
  const bytes = state.memory.slice(address, address + size);
  state.persisted.set(address, bytes);
  return askHost('PERSIST_CRITICAL_STATE', () => {
    state.host.persist?.(address, bytes);
    context.stack.push(stackValue(1));
    return undefined;
  });
}

/** Time, fuel and what outlives a run (FLUX §8.1, extension 1). */
export const temporalServices: ServiceTable = {
  FUEL_CHECK: ({ fuel }, { stack }) => {
    stack.push(stackValue(Math.min(fuel, UNLIMITED_FUEL)));
    return undefined;
  },
  FUEL_SET: (state, _, [fuel = 0]) => {
    state.fuel = fuel === UNLIMITED_FUEL ? Number.POSITIVE_INFINITY : fuel;
    return undefined;
  },
  TIME_NOW: ({ now }, { stack }) => {
    stack.push(stackValue(now));
    return undefined;
  },
  DEADLINE_BEFORE: ({ now }, context, [time = 0, target = 0]) => {
    if (now >= time) context.pc = target;
    return undefined;
  },
  SLEEP_UNTIL: ({ now }, context, [time = 0]) => {
    if (now >= time) return undefined;
    context.wait = { for: 'time', until: time };
    return 'reschedule';
  },
  YIELD_IF_CONTENTION: ({ host }, { stack }, [resource = 0]) => {
    const contended = host.contended?.(resource) ?? false;
    stack.push(stackValue(contended ? 1 : 0));
    return contended ? 'reschedule' : undefined;
  },
  PERSIST_CRITICAL_STATE: persist,
};
