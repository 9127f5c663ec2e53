/**
 * Instants: whole microseconds since 1970 UTC inside, fixed-width ISO 8601 with six digits in text.
 * The text sorts like the number for the years 0000 to 9999.
 */
export type Micros = number;

const FRACTION = /^\.\d{6}Z$/;
const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/;

/**
 * The text of an instant.
 *
 * @example
 * formatInstant(1_767_225_600_000_001); // => '2026-01-01T00:00:00.000001Z'
 */
export function formatInstant(micros: Micros): string {
  const seconds = Math.floor(micros / 1_000_000);
  const rest = micros - seconds * 1_000_000;
  return `${secondText(seconds)}.${String(rest).padStart(6, '0')}Z`;
}

/** The instants of a log come second after second, so the last one's text mostly serves again. */
let last = { seconds: 0, text: '1970-01-01T00:00:00' };

function secondText(seconds: number): string {
  if (last.seconds !== seconds) {
    last = { seconds, text: new Date(seconds * 1000).toISOString().slice(0, -5) };
  }
  return last.text;
}

/** The instant of a text in exactly the form {@link formatInstant} prints, else `undefined`. */
export function parseInstant(text: string): Micros | undefined {
  const { seconds, text: known } = last;
  if (text.startsWith(known) && FRACTION.test(text.slice(19))) {
    const near = seconds * 1_000_000 + Number(text.slice(20, 26));
    if (Number.isSafeInteger(near)) return near;
  }
  if (!ISO.test(text)) return undefined;
  const start = Date.parse(`${text.slice(0, 19)}Z`);
  if (Number.isNaN(start)) return undefined;
  const micros = start * 1000 + Number(text.slice(20, 26));
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
