import { FluxError } from './error.ts';
import type { DataSegment, RunLimits } from './machine.ts';

/** A limit as the caller asked for it, at most `max`; `max` where he did not. Throws `flux/limit`. */
export function boundedLimit(
  name: keyof RunLimits,
  value: number | undefined,
  max: number,
): number {
  if (value === undefined) return max;
  if (Number.isInteger(value) && value >= 0 && value <= max) return value;
  throw new FluxError({
    code: 'flux/limit',
    message: `limit ${name} must be a whole number from 0 to ${max}, not ${value}`,
    hint: `leave ${name} out for ${max}`,
    kind: 'usage',
    data: { limit: name, max },
  });
}

/** A count without an upper bound, such as steps; Infinity is allowed. Throws `flux/limit`. */
export function boundedCount(name: keyof RunLimits, value: number): number {
  if ((Number.isInteger(value) && value >= 0) || value === Number.POSITIVE_INFINITY) return value;
  throw new FluxError({
    code: 'flux/limit',
    message: `limit ${name} must be a whole number from 0 on, not ${value}`,
    hint: `leave ${name} out for its default`,
    kind: 'usage',
    data: { limit: name },
  });
}

/** Puts data into memory before a run. Throws `flux/memory` where it does not fit. */
export function loadSegment(memory: Uint8Array, { address, bytes }: DataSegment): void {
  if (Number.isInteger(address) && address >= 0 && address + bytes.length <= memory.length) {
    memory.set(bytes, address);
    return;
  }
  throw new FluxError({
    code: 'flux/memory',
    message: `data of ${bytes.length} bytes at address ${address} does not fit into memory`,
    hint: `memory has addresses 0 to ${memory.length - 1}`,
    data: { address, bytes: bytes.length },
  });
}
