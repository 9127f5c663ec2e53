import { EffectError, failureData } from '../../error.ts';

/** Headers that say how a message is framed or where it goes; they are not the caller's to set. */
const framing: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Throws `effect/bad-header` for a name or value that HTTP does not allow, or that frames the message. */
export function checkHeaders(headers: Readonly<Record<string, string>>): void {
  const names = new Set<string>();
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    if (framing.has(lower) || names.has(lower) || !isValid(name, value)) throw badHeader(lower);
    names.add(lower);
  }
}

/** Field names are tokens, values visible ASCII with blanks and tabs (RFC 9110 §5.1, §5.5). */
const isValid = (name: string, value: string): boolean =>
  /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) && /^[\t\x20-\x7e]*$/.test(value);

/** The headers as sent: lower-case names, what every request carries, and the length of the body. */
export function headersFor(
  headers: Readonly<Record<string, string>>,
  body: Uint8Array | undefined,
): Record<string, string> {
  const own = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const sent: Record<string, string> = {
    accept: '*/*',
    'accept-encoding': 'gzip, deflate, br',
    'user-agent': 'datum',
    ...Object.fromEntries(own),
  };
  delete sent['content-length'];
  if (body !== undefined) sent['content-length'] = String(body.length);
  return sent;
}

const badHeader = (name: string): EffectError =>
  new EffectError({
    code: 'effect/bad-header',
    message: `the header ${JSON.stringify(name)} cannot be sent as given`,
    hint: 'use each name once, in ASCII, without line breaks; host, length and framing are set here',
    kind: 'usage',
    data: failureData({ mayHaveHappened: false }),
  });
