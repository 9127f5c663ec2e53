import type { Micros } from './instant.ts';

const MINUTE = 60_000_000;

/**
 * Remembers of each zone what was made of the newest minute: clocks are asked many times in one.
 * `make` must answer the same throughout a minute of UTC, as the wall of any zone does since 1972.
 *
 * @example
 * const hours = oncePerMinute((at) => Math.floor(at / 3_600_000_000));
 * hours(7_200_000_001, 'UTC'); // => 2
 */
export function oncePerMinute<Value>(
  make: (at: Micros, zone: string) => Value,
): (at: Micros, zone: string) => Value {
  const newest = new Map<string, { readonly minute: number; readonly value: Value }>();
  return (at, zone) => {
    const minute = Math.floor(at / MINUTE);
    const known = newest.get(zone);
    if (known?.minute === minute) return known.value;
    const value = make(at, zone);
    newest.set(zone, { minute, value });
    return value;
  };
}
