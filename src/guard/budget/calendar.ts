import { type Micros, oncePerMinute } from '../../base/index.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * The calendar day of an instant in a time zone (IANA name): what a cap per day counts by, whatever
 * the length of that day.
 *
 * @example
 * dayIn(1_793_750_400_000_000, 'America/Chicago'); // => '2026-11-03'
 */
export const dayIn: (at: Micros, zone: string) => string = oncePerMinute((at, zone) => {
  let format = formats.get(zone);
  if (format === undefined) {
    const options = { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' } as const;
    format = new Intl.DateTimeFormat('en-CA', { ...options, calendar: 'gregory' });
    formats.set(zone, format);
  }
  return format.format(Math.floor(at / 1000));
});
