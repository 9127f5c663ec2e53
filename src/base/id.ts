import type { Clock } from './clock.ts';
import type { Random } from './random.ts';

/** What an id is made from. */
export interface IdSource {
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * A sortable unique id: UUID version 7 (RFC 9562 §5.7), milliseconds first, then 74 random bits.
 *
 * @example
 * sortableId({ clock: manualClock(0), random: seededRandom('x') }).slice(0, 15); // => '00000000-0000-7'
 */
export function sortableId({ clock, random }: IdSource): string {
  const bits = Buffer.alloc(16);
  bits.writeUIntBE(Math.floor(clock.now() / 1000), 0, 6);
  bits.set(random.bytes(10), 6);
  bits[6] = 0x70 | ((bits[6] ?? 0) & 0x0f);
  bits[8] = 0x80 | ((bits[8] ?? 0) & 0x3f);
  const hex = bits.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
