import { type Micros, oncePerMinute } from '../base/index.ts';

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
  const { day, minute, offset } = minuteOf(at, zone);
  const micros = String(modulo(at, SECOND)).padStart(6, '0');
  const second = String(Math.floor(modulo(at, MINUTE) / SECOND)).padStart(2, '0');
  return {
    day,
    minute,
    iso: `${day}T${minute}:${second}.${micros}${offset}`,
    stamp: `${day.replaceAll('-', '')}-${minute.replace(':', '')}${second}-${micros}`,
  };
}

const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;
const modulo = (value: number, by: number): number => ((value % by) + by) % by;

const formats = new Map<string, Intl.DateTimeFormat>();

const minuteOf = oncePerMinute((at, zone) => {
  const parts = formatOf(zone).formatToParts(Math.floor(at / 1000));
  const part = (type: Intl.DateTimeFormatPartTypes): string =>
    parts.find((each) => each.type === type)?.value ?? '';
  return {
    day: `${part('year')}-${part('month')}-${part('day')}`,
    minute: `${part('hour')}:${part('minute')}`,
    offset: part('timeZoneName').replace('GMT', '') || '+00:00',
  };
});

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'longOffset',
  });
  formats.set(zone, format);
  return format;
}
