import { EffectError } from '../../error.ts';

/** Hosts that requests may go to. */
export type AllowList = (url: URL) => boolean;

interface Entry {
  readonly protocol: string;
  /** With a leading dot for all names below it. */
  readonly host: string;
  readonly port: string;
}

/**
 * Reads entries `[scheme://]host[:port]`: `api.example.com` is HTTPS on its usual port,
 * `*.example.com` any name below but not itself, `http://localhost:8080` exactly that. Throws
 * `effect/bad-allow-entry` for anything else.
 */
export function allowList(entries: readonly string[]): AllowList {
  const allowed = entries.map(readEntry);
  return (url) => allowed.some((entry) => isAllowed(entry, url));
}

function readEntry(text: string): Entry {
  const [, scheme = 'https', wild = '', rest = ''] =
    /^(?:(https?):\/\/)?(\*\.)?([^/*?#@\s]+)$/.exec(text) ?? [];
  const url = rest === '' ? null : URL.parse(`${scheme}://${rest}`);
  if (url === null) throw badEntry(text);
  const host = hostOf(url);
  return { protocol: url.protocol, host: wild === '' ? host : `.${host}`, port: url.port };
}

const isAllowed = (entry: Entry, url: URL): boolean =>
  entry.protocol === url.protocol &&
  entry.port === url.port &&
  (entry.host.startsWith('.') ? hostOf(url).endsWith(entry.host) : hostOf(url) === entry.host);

/** The host as it is compared: a final dot says nothing. */
const hostOf = (url: URL): string => url.hostname.replace(/\.$/, '');

const badEntry = (text: string): EffectError =>
  new EffectError({
    code: 'effect/bad-allow-entry',
    message: `${JSON.stringify(text)} is no entry of an allow list`,
    hint: 'write a host, such as api.example.com, *.example.com or http://localhost:8080',
    kind: 'usage',
  });
