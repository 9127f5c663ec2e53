import { lookup as systemLookup } from 'node:dns/promises';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';

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

/** HTTP/1.1 over the machine's network; idle connections are kept and hold no process open. */
export function systemTransport(): Transport {
  const agents = {
    'http:': new HttpAgent({ keepAlive: true }),
    'https:': new HttpsAgent({ keepAlive: true }),
  };
  return ({ url, address, method, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const secure = url.protocol === 'https:';
      const send = secure ? httpsRequest : httpRequest;
      const family = isIP(address);
      const sent = send(
        url,
        {
          method,
          headers: { ...headers },
          agent: secure ? agents['https:'] : agents['http:'],
          signal,
          // The address was checked; resolving again could give another one.
          lookup: (_host, options, done) => {
            if (options.all === true) done(null, [{ address, family }]);
            else done(null, address, family);
          },
        },
        (message) => resolve(responseOf(message)),
      );
      sent.on('error', reject);
      sent.end(body);
    });
}

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
