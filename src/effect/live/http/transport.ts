import type { LookupAddress } from 'node:dns';
import { lookup as systemLookup } from 'node:dns/promises';
import type { Agent, IncomingMessage, request } from 'node:http';
import { isIP, type LookupFunction } from 'node:net';

/** One request to one address, already decided; redirects are not followed here. */
export interface TransportRequest {
  readonly url: URL;
  /** Where the connection goes, whatever the name in the URL resolves to by then. */
  readonly address: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
  readonly signal: AbortSignal;
}

export interface TransportResponse {
  readonly status: number;
  /** Lower-case names; several values joined with a comma and a space. */
  readonly headers: Readonly<Record<string, string>>;
  /** As sent, still compressed. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Lets go of the connection without reading the rest. */
  readonly discard: () => void;
}

/** The network as a parameter. */
export type Transport = (request: TransportRequest) => Promise<TransportResponse>;

/** Names to addresses, as a parameter. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** The machine's resolver, hosts file included. */
export const systemResolve: Resolve = async (host) => {
  const found = await systemLookup(host, { all: true, verbatim: true });
  return found.map(({ address }) => address);
};

interface Protocol {
  readonly send: typeof request;
  readonly agent: Agent;
}

/** Loaded with the first request: most commands never make one, and the modules take their time. */
async function protocolOf(name: string): Promise<Protocol> {
  const http = name === 'https:' ? await import('node:https') : await import('node:http');
  return { send: http.request, agent: new http.Agent({ keepAlive: true }) };
}

/** HTTP/1.1 over the machine's network; idle connections are kept and hold no process open. */
export function systemTransport(): Transport {
  const protocols = new Map<string, Promise<Protocol>>();
  return async (asked) => {
    const { protocol } = asked.url;
    const loading = protocols.get(protocol) ?? protocolOf(protocol);
    protocols.set(protocol, loading);
    return sendWith(await loading, asked);
  };
}

const sendWith = (
  { send, agent }: Protocol,
  { url, address, method, headers, body, signal }: TransportRequest,
): Promise<TransportResponse> =>
  new Promise((resolve, reject) => {
    const family = isIP(address);
    const options = {
      method,
      headers: { ...headers },
      agent,
      signal,
      // The address was checked; resolving again could give another one.
      lookup: pinned({ address, family }),
    };
    const sent = send(url, options, (message) => resolve(responseOf(message)));
    sent.on('error', reject);
    sent.end(body);
  });

const pinned =
  (to: LookupAddress): LookupFunction =>
  (_host, options, done) => {
    if (options.all === true) done(null, [to]);
    else done(null, to.address, to.family);
  };

const responseOf = (message: IncomingMessage): TransportResponse => ({
  status: message.statusCode ?? 0,
  headers: Object.fromEntries(
    Object.entries(message.headersDistinct).map(([name, values]) => [
      name,
      (values ?? []).join(', '),
    ]),
  ),
  body: message,
  discard: () => message.destroy(),
});
