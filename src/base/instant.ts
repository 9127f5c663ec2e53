/**
 * Instants: whole microseconds since 1970 UTC inside, fixed-width ISO 8601 with six digits in text.
 * The text sorts like the number for the years 0000 to 9999.
 */
export type Micros = number;

const ISO = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\.(\d{3})(\d{3})Z$/;

/**
 * The text of an instant.
 *
 * @example
 * formatInstant(1_767_225_600_000_001); // => '2026-01-01T00:00:00.000001Z'
 */
export function formatInstant(micros: Micros): string {
  const millis = Math.floor(micros / 1000);
  const rest = micros - millis * 1000;
  return `${new Date(millis).toISOString().slice(0, -1)}${String(rest).padStart(3, '0')}Z`;
}

/** The instant of a text in exactly the form {@link formatInstant} prints, else `undefined`. */
export function parseInstant(text: string): Micros | undefined {
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const millis = Date.parse(`${match[1]}.${match[2]}Z`);
  if (Number.isNaN(millis)) return undefined;
  const micros = millis * 1000 + Number(match[3]);
  return formatInstant(micros) === text ? micros : undefined;
}

/**
 * The instant a person wrote: a date (midnight UTC), or a date and time with a zone.
 *
 * @example
 * readInstant('2026-01-01'); // => 1767225600000000
 * readInstant('2026-01-01T01:00:00+01:00'); // => 1767225600000000
 * readInstant('yesterday'); // => undefined
 */
export function readInstant(text: string): Micros | undefined {
  const match =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2})?(?:\.(\d{1,6}))?(Z|[+-]\d{2}:\d{2}))?$/.exec(
      text,
    );
  if (match === null) return undefined;
  const [, date, minute = '00:00', second = ':00', fraction = '', zone = 'Z'] = match;
  const whole = Date.parse(`${date}T${minute}${second}${zone}`);
  if (Number.isNaN(whole)) return undefined;
  const dayExists = new Date(`${date}T00:00:00Z`).toISOString().startsWith(date ?? '-');
  return dayExists ? whole * 1000 + Number(fraction.padEnd(6, '0')) : undefined;
}
