import type { Micros } from '../base/index.ts';

/** An instant on the calendar of a place. */
export interface LocalTime {
  /** `YYYY-MM-DD`. */
  readonly day: string;
  /** `HH:MM`. */
  readonly minute: string;
  /** ISO 8601 with microseconds and offset, as run records have it. */
  readonly iso: string;
  /** `YYYYMMDD-HHMMSS-ffffff`, as run ids have it. */
  readonly stamp: string;
}

/**
 * The calendar's view of an instant in a time zone (IANA name).
 *
 * @example
 * localTime(1_778_085_120_123_456, 'America/Chicago').iso; // => '2026-05-06T11:32:00.123456-05:00'
 */
export function localTime(at: Micros, zone: string): LocalTime {
  const part = partsOf(at, zone);
  const day = `${part('year')}-${part('month')}-${part('day')}`;
  const micros = String(((at % 1_000_000) + 1_000_000) % 1_000_000).padStart(6, '0');
  const time = `${part('hour')}:${part('minute')}:${part('second')}`;
  const offset = part('timeZoneName').replace('GMT', '') || '+00:00';
  return {
    day,
    minute: time.slice(0, 5),
    iso: `${day}T${time}.${micros}${offset}`,
    stamp: `${day.replaceAll('-', '')}-${time.replaceAll(':', '')}-${micros}`,
  };
}

const formats = new Map<string, Intl.DateTimeFormat>();

function partsOf(at: Micros, zone: string): (type: Intl.DateTimeFormatPartTypes) => string {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      timeZoneName: 'longOffset',
    });
    formats.set(zone, format);
  }
  const parts = format.formatToParts(Math.floor(at / 1000));
  return (type) => parts.find((part) => part.type === type)?.value ?? '';
}
