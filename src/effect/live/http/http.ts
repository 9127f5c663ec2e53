import { isIP } from 'node:net';
import { type Clock, systemClock } from '../../../base/index.ts';
import { EffectError, failureData } from '../../error.ts';
import type { Call, Handler } from '../../handler.ts';
import { answer, liveHandler } from '../../live-handler.ts';
import { contentBytes } from '../content.ts';
import { type Timer, withDeadline } from '../deadline.ts';
import { addressesIn, isPublicAddress } from './address.ts';
import { allowList } from './allow-list.ts';
import {
  connectionFailed,
  notAllowed,
  statusFailed,
  timedOut,
  tooManyRedirects,
} from './failures.ts';
import { checkHeaders, headersFor } from './headers.ts';
import { httpRequest } from './operation.ts';
import {
  type Resolve,
  systemResolve,
  systemTransport,
  type Transport,
  type TransportResponse,
} from './transport.ts';

export interface HttpOptions {
  /** The time of day, to read dates in answers by. */
  readonly clock: Clock;
  /** For timeouts; the machine's when absent. */
  readonly timer?: Timer;
  /** Hosts that may be asked: `api.example.com`, `*.example.com`, `http://localhost:8080`. */
  readonly allow: readonly string[];
  /** Addresses allowed although they are not public: `127.0.0.1`, `10.0.0.0/8`; none when absent. */
  readonly addresses?: readonly string[];
  /** For a request that sets none; 30,000 when absent. */
  readonly timeoutMillis?: number;
  /** Of a body after decompression; larger ones are refused. 16 MiB when absent. */
  readonly bytesMax?: number;
  readonly transport?: Transport;
  readonly resolve?: Resolve;
}

/** What one hop of a request sends. */
interface Hop {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
}

/**
 * Performs `http/request`. Before every hop the URL must be on the allow list and every address its
 * host resolves to must be public or allowed; the connection then goes to a checked address, so a
 * name that changes its address between check and use gains nothing.
 */
export function liveHttp(options: HttpOptions): Handler {
  const { clock, timer = systemClock } = options;
  const { transport = systemTransport(), resolve = systemResolve } = options;
  const isAllowed = allowList(options.allow);
  const isExempt = addressesIn(options.addresses ?? []);
  const bytesMax = options.bytesMax ?? 16 * 1024 * 1024;

  const addressesOf = async (url: URL): Promise<readonly string[]> => {
    if (!isAllowed(url)) throw notAllowed(url, 'is not on the allow list');
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const addresses = isIP(host) === 0 ? await resolved(host, resolve) : [host];
    const inside = addresses.find((address) => !isPublicAddress(address) && !isExempt(address));
    if (inside !== undefined) throw notAllowed(url, `leads to ${inside}, which is not public`);
    return addresses;
  };

  const send = async (hop: Hop, signal: AbortSignal): Promise<TransportResponse> => {
    const addresses = await addressesOf(hop.url);
    for (const [index, address] of addresses.entries()) {
      try {
        return await transport({ ...hop, address, signal });
      } catch (cause) {
        const error = connectionFailed(hop.url, cause);
        const another = error.data['mayHaveHappened'] === false && index + 1 < addresses.length;
        if (!another || signal.aborted) throw error;
      }
    }
    throw connectionFailed(hop.url, new Error('the host has no address'));
  };

  return liveHandler('http', [
    answer(httpRequest, (args, call) => {
      const millis = args.timeoutMillis ?? options.timeoutMillis ?? 30_000;
      const error = () => timedOut(args.url, millis);
      return withDeadline({ timer, millis, signal: call.signal, error }, async (signal) => {
        checkHeaders(args.headers);
        const { url, response } = await follow(firstHop(args), args.redirectsMax, (hop) =>
          send(hop, signal),
        );
        // With what unpacks, which takes a command 3 ms to load.
        const { readBody } = await import('./body.ts');
        const limit = Math.min(args.bytesMax ?? bytesMax, bytesMax);
        const form = { as: args.as, bytesMax: limit, ...progress(call) };
        const body = args.method === 'HEAD' ? '' : await readBody(response, form);
        const { status, headers } = response;
        const ok = status >= 200 && status < 300;
        if (args.expectOk && !ok) throw statusFailed({ url, status, headers, now: clock.now() });
        return { status, url: url.href, headers: { ...headers }, body };
      });
    }),
  ]);
}

const progress = ({ onProgress }: Call) => (onProgress === undefined ? {} : { onProgress });

function firstHop(args: {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Parameters<typeof contentBytes>[0] | undefined;
}): Hop {
  const url = new URL(args.url);
  if (url.username !== '' || url.password !== '') {
    throw new EffectError({
      code: 'effect/credentials-in-url',
      message: 'the URL holds a user name or password',
      hint: 'send an authorization header instead',
      kind: 'usage',
      data: { host: url.host, ...failureData({ mayHaveHappened: false }) },
    });
  }
  url.hash = '';
  const body = args.body === undefined ? undefined : contentBytes(args.body);
  return { url, method: args.method, headers: headersFor(args.headers, body), body };
}

async function follow(
  first: Hop,
  redirectsMax: number,
  send: (hop: Hop) => Promise<TransportResponse>,
): Promise<{ readonly url: URL; readonly response: TransportResponse }> {
  let hop = first;
  for (let redirects = 0; ; redirects += 1) {
    const response = await send(hop);
    const next = nextHop(hop, response);
    if (next === undefined) return { url: hop.url, response };
    response.discard();
    if (redirects === redirectsMax) throw tooManyRedirects(first.url, redirectsMax);
    hop = next;
  }
}

/** Where a redirect leads (RFC 9110 §15.4), undefined for any other answer. */
function nextHop(hop: Hop, { status, headers }: TransportResponse): Hop | undefined {
  const location = headers['location'];
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return undefined;
  const url = URL.parse(location, hop.url.href);
  if (url === null) throw notAllowed(hop.url, 'redirects to something that is no URL');
  if (url.username !== '' || url.password !== '') {
    throw notAllowed(url, 'is a redirect that brings its own credentials');
  }
  const turnsToGet =
    (status === 303 && hop.method !== 'HEAD') || (status < 303 && hop.method === 'POST');
  const body = turnsToGet ? undefined : hop.body;
  const sent = { ...hop.headers };
  if (body === undefined) delete sent['content-type'];
  const kept = url.origin === hop.url.origin ? sent : withoutSecrets(sent);
  return {
    url,
    method: turnsToGet ? 'GET' : hop.method,
    headers: headersFor(kept, body),
    body,
  };
}

/** What another origin may see: any other header could hold a key. */
const harmless: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'content-type',
  'user-agent',
]);

const withoutSecrets = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => harmless.has(name)));

async function resolved(host: string, resolve: Resolve): Promise<readonly string[]> {
  try {
    return await resolve(host);
  } catch (cause) {
    throw connectionFailed(new URL(`http://${host}`), cause);
  }
}
