import type { Micros } from '../../../base/index.ts';
import { EffectError, failureData } from '../../error.ts';
import { codeOf } from '../errno.ts';

export const notAllowed = (url: URL, why: string): EffectError =>
  new EffectError({
    code: 'effect/host-refused',
    message: `${url.host} ${why}`,
    hint: 'add the host, or the private address, to what the handler allows',
    kind: 'refused',
    data: { host: url.host, ...failureData({ mayHaveHappened: false }) },
  });

export const tooManyRedirects = (url: URL, redirectsMax: number): EffectError =>
  new EffectError({
    code: 'effect/too-many-redirects',
    message: `${url.host} redirects more than ${redirectsMax} times`,
    hint: 'ask for the final address, or raise redirectsMax',
    data: { host: url.host, redirectsMax },
  });

export const timedOut = (url: string, millis: number): EffectError =>
  new EffectError({
    code: 'effect/timeout',
    message: `${new URL(url).host} did not answer within ${millis} ms`,
    hint: 'try again, or allow more time',
    data: { host: new URL(url).host, ...failureData({ transient: true, mayHaveHappened: true }) },
  });

/** Failures before a byte of the request left. */
const unsent: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
/** Failures on the way, after which the other side may have acted. */
const cut: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED']);

export function connectionFailed(url: URL, cause: unknown): EffectError {
  if (cause instanceof EffectError) return cause;
  const code = codeOf(cause);
  const notFound = code === 'ENOTFOUND';
  return new EffectError({
    code: 'effect/connection-failed',
    message: `the connection to ${url.host} failed${code === '' ? '' : ` (${code})`}`,
    hint: notFound ? 'check the name of the host' : 'check the network and the other side',
    data: {
      host: url.host,
      reason: code,
      ...failureData({
        transient: (unsent.has(code) && !notFound) || cut.has(code),
        mayHaveHappened: !unsent.has(code),
      }),
    },
    cause,
  });
}

/** Statuses that say "not now": the first group was certainly not carried out. */
const turnedAway: ReadonlySet<number> = new Set([408, 425, 429, 503]);
const passing: ReadonlySet<number> = new Set([500, 502, 504, 529]);

export function statusFailed(of: {
  readonly url: URL;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly now: Micros;
}): EffectError {
  const { url, status, headers, now } = of;
  const retryAfterMillis = retryAfter(headers['retry-after'], now);
  return new EffectError({
    code: 'effect/http-status',
    message: `${url.host} answered with status ${status}`,
    hint: turnedAway.has(status) ? 'try again later' : 'check the request',
    data: {
      host: url.host,
      status,
      ...failureData({
        transient: turnedAway.has(status) || passing.has(status),
        mayHaveHappened: !(turnedAway.has(status) || (status >= 400 && status < 500)),
        ...(retryAfterMillis === undefined ? {} : { retryAfterMillis }),
      }),
    },
  });
}

/**
 * The wait a `Retry-After` header asks for: seconds, or a date (RFC 9110 §10.2.3).
 *
 * @example
 * retryAfter('120', 0); // => 120000
 * retryAfter('Thu, 01 Jan 1970 00:00:30 GMT', 10_000_000); // => 20000
 */
export function retryAfter(value: string | undefined, now: Micros): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Math.floor(now / 1000));
}
