const DAY_MILLIS = 86_400_000;

/**
 * A day so many days later, or earlier.
 *
 * @example
 * addDays('2026-03-01', -1); // => '2026-02-28'
 */
export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MILLIS).toISOString().slice(0, 10);
