import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { bytes, type Json, manualClock, systemClock } from '../../../base/index.ts';
import {
  type EffectError,
  type HttpOptions,
  httpRequest,
  isPublicAddress,
  liveHttp,
  perform,
  retryAfter,
  systemTransport,
  type Transport,
  type TransportRequest,
  within,
} from '../../index.ts';

type Answering = (request: IncomingMessage, response: ServerResponse) => void;

/** A real server on this machine. */
async function serving(
  answering: Answering,
): Promise<{ readonly port: number; readonly base: string }> {
  const server = createServer(answering);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { port, base: `http://127.0.0.1:${port}` };
}

const ask = (
  options: Partial<HttpOptions>,
  args: {
    readonly url: string;
    readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
    readonly headers?: Record<string, string>;
    readonly body?: string | { $bytes: string };
    readonly as?: 'text' | 'bytes';
    readonly expectOk?: boolean;
    readonly redirectsMax?: number;
    readonly timeoutMillis?: number;
    readonly bytesMax?: number;
  },
  more: { readonly signal?: AbortSignal; readonly onProgress?: (piece: Json) => void } = {},
) =>
  within([liveHttp({ clock: manualClock(0), allow: [], ...options })], () =>
    perform(httpRequest, args, more),
  );

const local = (base: string): Partial<HttpOptions> => ({
  allow: [base],
  addresses: ['127.0.0.1'],
});

const body = async (request: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const piece of request) text += piece;
  return text;
};

test('a request reaches its server and the whole answer comes back', async () => {
  const { base } = await serving(async (request, response) => {
    response.writeHead(201, { 'x-seen': `${request.method} ${request.url}`, 'x-two': ['a', 'b'] });
    response.end(`got ${await body(request)} as ${request.headers['content-type']}`);
  });
  const answer = await ask(local(base), {
    url: `${base}/path?q=1#part`,
    method: 'POST',
    headers: { 'Content-Type': 'text/plain' },
    body: 'grüße',
  });
  expect(answer).toMatchObject({
    status: 201,
    url: `${base}/path?q=1`,
    headers: { 'x-seen': 'POST /path?q=1', 'x-two': 'a, b' },
    body: 'got grüße as text/plain',
  });
});

test('bytes are sent and received as bytes', async () => {
  const { base } = await serving((request, response) => request.pipe(response));
  const sent = bytes(Buffer.from([0, 255, 10]));
  const answer = await ask(local(base), { url: base, method: 'PUT', body: sent, as: 'bytes' });
  expect(answer.body).toEqual(sent);
});

test('an answer to HEAD has no body, and an error status is an answer', async () => {
  const { base } = await serving((_, response) => {
    response.writeHead(404, { 'content-length': '5' });
    response.end('empty');
  });
  expect(await ask(local(base), { url: base, method: 'HEAD' })).toMatchObject({
    status: 404,
    body: '',
  });
  expect(await ask(local(base), { url: base })).toMatchObject({ status: 404, body: 'empty' });
});

test.each([
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
] as const)('a body packed with %s is unpacked', async (encoding, pack) => {
  const { base } = await serving((_, response) => {
    response.writeHead(200, { 'content-encoding': encoding });
    response.end(pack('plain text'));
  });
  expect((await ask(local(base), { url: base })).body).toBe('plain text');
});

test('text is decoded in the charset it declares', async () => {
  const { base } = await serving((request, response) => {
    const charset = request.url === '/bad' ? 'klingon' : 'iso-8859-1';
    response.writeHead(200, { 'content-type': `text/plain; charset="${charset}"` });
    response.end(Buffer.from([0xfc]));
  });
  expect((await ask(local(base), { url: base })).body).toBe('ü');
  const bad = ask(local(base), { url: `${base}/bad` });
  await expect(bad).rejects.toMatchObject({ code: 'effect/bad-body' });
});

test('pieces arrive as they come, whole characters only', async () => {
  const { base } = await serving((_, response) => {
    const text = Buffer.from('aü€b');
    response.write(text.subarray(0, 2), () => {
      setImmediate(() => response.end(text.subarray(2)));
    });
  });
  const pieces: Json[] = [];
  const onProgress = (piece: Json) => pieces.push(piece);
  const answer = await ask(local(base), { url: base }, { onProgress });
  expect(answer.body).toBe('aü€b');
  expect(pieces.join('')).toBe('aü€b');
});

const refused = { code: 'effect/host-refused', kind: 'refused' };

test.each([
  ['another host', 'https://evil.example/'],
  ['another scheme', 'http://api.example.com/'],
  ['another port', 'https://api.example.com:8443/'],
  ['a name below an exact one', 'https://sub.api.example.com/'],
  ['a name that ends alike', 'https://evil-wild.example.com.evil.example/'],
  ['the name above a wildcard', 'https://wild.example/'],
])('%s is not on the allow list', async (_, url) => {
  const options = { allow: ['api.example.com', '*.wild.example'], transport: nowhere };
  await expect(ask(options, { url })).rejects.toMatchObject(refused);
});

const nowhere: Transport = () => {
  throw new Error('the request left');
};

/** A network in memory: what leaves is noted and answered. */
function network(answers: (request: TransportRequest) => { status: number; location?: string }) {
  const left: TransportRequest[] = [];
  const transport: Transport = async (request) => {
    left.push(request);
    const { status, location } = answers(request);
    return {
      status,
      headers: location === undefined ? {} : { location },
      body: (async function* () {
        yield Buffer.from('ok');
      })(),
      discard: () => undefined,
    };
  };
  return { transport, left };
}

test.each([
  ['https://API.example.com./x', 'api.example.com'],
  ['https://a.b.wild.example/', '*.wild.example'],
  ['https://api.example.com:443/', 'https://api.example.com'],
  ['http://plain.example:8080/', 'http://plain.example:8080'],
  ['https://xn--bcher-kva.example/', 'bücher.example'],
])('%s is allowed by %s', async (url, entry) => {
  const { transport } = network(() => ({ status: 200 }));
  const resolve = async () => ['93.184.215.14'];
  expect(await ask({ allow: [entry], transport, resolve }, { url })).toMatchObject({ status: 200 });
});

test.each(['', 'ftp://x', 'a b', 'x/y', '*', 'user@x'])('%j is no allow entry', (entry) => {
  expect(() => liveHttp({ clock: systemClock, allow: [entry] })).toThrow(
    expect.objectContaining({ code: 'effect/bad-allow-entry' }),
  );
});

test.each([
  '127.0.0.1',
  '127.9.9.9',
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:a00:1',
  '::127.0.0.1',
  '::ffff:0:127.0.0.1',
  '64:ff9b::10.0.0.1',
  '64:ff9b:1::1',
  '2002:7f00:1::',
  '2001:db8::1',
  '2001::1',
  'fc00::1',
  'fd12:3456::1',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
  '100::1',
  'not an address',
])('%s is not public', (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each([
  '93.184.215.14',
  '172.32.0.1',
  '100.128.0.1',
  '2606:2800:21f:cb07:6820:80da:af6b:8b2c',
  '::ffff:93.184.215.14',
  '64:ff9b::93.184.215.14',
  '2002:5db8:d70e::',
])('%s is public', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test.each([
  'http://127.0.0.1/',
  'http://2130706433/',
  'http://0x7f.1/',
  'http://017700000001/',
  'http://[::1]/',
  'http://[::ffff:7f00:1]/',
  'http://169.254.169.254/latest/meta-data/',
])('%s does not leave, even when its host is allowed', async (url) => {
  const { host } = new URL(url);
  const attempt = ask({ allow: [`http://${host}`], transport: nowhere }, { url });
  await expect(attempt).rejects.toMatchObject(refused);
});

test('a name that resolves to a private address does not leave, also beside public ones', async () => {
  for (const addresses of [['10.0.0.5'], ['93.184.215.14', '::1']]) {
    const resolve = async () => addresses;
    const options = { allow: ['rebind.example'], transport: nowhere, resolve };
    await expect(ask(options, { url: 'https://rebind.example/' })).rejects.toMatchObject(refused);
  }
});

test('the connection goes to the checked address, whatever the name resolves to a moment later', async () => {
  const { base, port } = await serving((request, response) => response.end(request.headers.host));
  let lookups = 0;
  const resolve = async () => {
    lookups += 1;
    return lookups === 1 ? ['127.0.0.1'] : ['10.0.0.5'];
  };
  const options = { allow: [`http://rebind.example:${port}`], addresses: ['127.0.0.1'], resolve };
  const answer = await ask(options, { url: `http://rebind.example:${port}/` });
  expect(answer.body).toBe(`rebind.example:${port}`);
  expect(lookups).toBe(1);
  const again = ask(options, { url: `http://rebind.example:${port}/` });
  await expect(again).rejects.toMatchObject(refused);
  expect(base).toContain('127.0.0.1');
});

test('each hop of a redirect is checked: one to this machine does not leave', async () => {
  const inner = await serving((_, response) => response.end('internal'));
  for (const location of [
    `${inner.base}/`,
    `http://localhost:${inner.port}/`,
    `http://[::ffff:127.0.0.1]:${inner.port}/`,
  ]) {
    const { transport, left } = network(() => ({ status: 302, location }));
    const allow = ['https://start.example', new URL(location).origin];
    const resolve = async (host: string) =>
      host === 'localhost' ? ['127.0.0.1'] : ['93.184.215.14'];
    const attempt = ask({ allow, transport, resolve }, { url: 'https://start.example/' });
    await expect(attempt).rejects.toMatchObject(refused);
    expect(left.length).toBe(1);
  }
});

test('a redirect to a host that is not allowed does not leave', async () => {
  const { base } = await serving((_, response) => {
    response.writeHead(302, { location: 'https://evil.example/' });
    response.end();
  });
  await expect(ask(local(base), { url: base })).rejects.toMatchObject({
    ...refused,
    data: { host: 'evil.example' },
  });
});

test('redirects are followed to their end, relative ones too', async () => {
  const { base } = await serving((request, response) => {
    if (request.url === '/end') return response.end('there');
    response.writeHead(301, { location: request.url === '/' ? 'next' : '/end' });
    return response.end('on the way');
  });
  expect(await ask(local(base), { url: base })).toMatchObject({
    url: `${base}/end`,
    body: 'there',
  });
});

test('a redirect without end is given up', async () => {
  const { base } = await serving((_, response) => {
    response.writeHead(302, { location: '/again' });
    response.end();
  });
  const circle = ask(local(base), { url: base, redirectsMax: 3 });
  await expect(circle).rejects.toMatchObject({ code: 'effect/too-many-redirects' });
});

test.each([
  [301, 'POST', 'GET', undefined],
  [302, 'POST', 'GET', undefined],
  [303, 'PUT', 'GET', undefined],
  [303, 'HEAD', 'HEAD', undefined],
  [307, 'POST', 'POST', 'data'],
  [308, 'PUT', 'PUT', 'data'],
  [302, 'PUT', 'PUT', 'data'],
] as const)('after %i, %s becomes %s', async (status, method, becomes, kept) => {
  const { transport, left } = network(({ url }) =>
    url.pathname === '/' ? { status, location: '/next' } : { status: 200 },
  );
  const options = { allow: ['x.example'], transport, resolve: async () => ['93.184.215.14'] };
  const sent = method === 'HEAD' ? {} : { body: 'data' };
  await ask(options, { url: 'https://x.example/', method, ...sent });
  const second = left[1];
  expect(second?.method).toBe(becomes);
  expect(second?.body === undefined ? undefined : String(second.body)).toBe(kept);
  expect(second?.headers['content-length']).toBe(kept === undefined ? undefined : '4');
});

test('another origin is not told the keys that were meant for the first', async () => {
  const { transport, left } = network(({ url }) => {
    if (url.host === 'a.example' && url.pathname === '/') return { status: 307, location: '/own' };
    return url.host === 'a.example'
      ? { status: 307, location: 'https://b.example/' }
      : { status: 200 };
  });
  const options = {
    allow: ['a.example', 'b.example'],
    transport,
    resolve: async () => ['93.184.215.14'],
  };
  const headers = { Authorization: 'Bearer k', 'X-Api-Key': 'k', Accept: 'text/html' };
  await ask(options, { url: 'https://a.example/', headers });
  expect(left.map((hop) => [hop.headers['authorization'], hop.headers['x-api-key']])).toEqual([
    ['Bearer k', 'k'],
    ['Bearer k', 'k'],
    [undefined, undefined],
  ]);
  expect(left[2]?.headers['accept']).toBe('text/html');
});

test('a body beyond the limit is refused, also one that unpacks to it', async () => {
  const { base } = await serving((request, response) => {
    if (request.url === '/bomb') {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.end(gzipSync(Buffer.alloc(5_000_000)));
    } else {
      const endless = () => {
        while (response.write(Buffer.alloc(65_536)));
      };
      response.on('drain', endless);
      endless();
    }
  });
  for (const path of ['/', '/bomb']) {
    const large = ask(local(base), { url: base + path, bytesMax: 100_000 });
    await expect(large).rejects.toMatchObject({ code: 'effect/too-large' });
  }
});

test('an answer that does not come, or does not end, is given up in time', async () => {
  const { base } = await serving((request, response) => {
    if (request.url === '/drip') response.write('a little');
  });
  for (const path of ['/', '/drip']) {
    const slow = ask(local(base), { url: base + path, timeoutMillis: 50 });
    await expect(slow).rejects.toMatchObject({
      code: 'effect/timeout',
      data: { transient: true, mayHaveHappened: true },
    });
  }
});

test('a caller can give up', async () => {
  const controller = new AbortController();
  const { base } = await serving(() => controller.abort());
  const given = ask(local(base), { url: base }, { signal: controller.signal });
  await expect(given).rejects.toMatchObject({ name: 'AbortError' });
});

test('a refused connection certainly did nothing, a cut one may have', async () => {
  const { base, port } = await serving((request) => {
    request.socket.destroy();
  });
  const cut = ask(local(base), { url: base });
  await expect(cut).rejects.toMatchObject({
    code: 'effect/connection-failed',
    data: { transient: true, mayHaveHappened: true },
  });
  const closed = `http://127.0.0.1:${port === 1 ? 2 : 1}`;
  await expect(ask(local(closed), { url: closed })).rejects.toMatchObject({
    code: 'effect/connection-failed',
    data: { transient: true, mayHaveHappened: false, reason: 'ECONNREFUSED' },
  });
});

test('when the first address cannot be reached the next one is tried', async () => {
  const { port } = await serving((_, response) => response.end('second'));
  const real = systemTransport();
  const tried: string[] = [];
  const transport: Transport = (request) => {
    tried.push(request.address);
    if (request.address === '127.0.0.2') {
      return Promise.reject(Object.assign(new Error('no'), { code: 'ECONNREFUSED' }));
    }
    return real(request);
  };
  const options = {
    allow: [`http://two.example:${port}`],
    addresses: ['127.0.0.0/8'],
    resolve: async () => ['127.0.0.2', '127.0.0.1'],
    transport,
  };
  const answer = await ask(options, { url: `http://two.example:${port}/` });
  expect([answer.body, tried]).toEqual(['second', ['127.0.0.2', '127.0.0.1']]);
});

test('a host without a name is final, a resolver without an answer passes', async () => {
  const failing = (code: string) => async (): Promise<never> => {
    throw Object.assign(new Error('no'), { code });
  };
  const asking = (code: string): Promise<unknown> =>
    ask(
      { allow: ['x.example'], resolve: failing(code), transport: nowhere },
      { url: 'https://x.example/' },
    ).catch((error: EffectError) => error.data['transient']);
  expect([await asking('ENOTFOUND'), await asking('EAI_AGAIN')]).toEqual([false, true]);
});

test.each([
  [429, { transient: true, mayHaveHappened: false, retryAfterMillis: 7000 }],
  [503, { transient: true, mayHaveHappened: false }],
  [502, { transient: true, mayHaveHappened: true }],
  [400, { transient: false, mayHaveHappened: false }],
])('with expectOk, status %i is an error that says what it means', async (status, data) => {
  const { base } = await serving((_, response) => {
    response.writeHead(status, { 'retry-after': '7' });
    response.end('no');
  });
  const asked = ask(local(base), { url: base, expectOk: true });
  await expect(asked).rejects.toMatchObject({
    code: 'effect/http-status',
    data: { status, ...data },
  });
});

test.each([
  ['a header that frames the message', { 'Transfer-Encoding': 'chunked' }],
  ['a host header', { host: 'other.example' }],
  ['a line break in a value', { 'x-a': 'b\r\nx-c: d' }],
  ['a name that is none', { 'x a': 'b' }],
  ['one name twice', { 'x-a': '1', 'X-A': '2' }],
] as [string, Record<string, string>][])('%s does not leave', async (_, headers) => {
  const options = {
    allow: ['x.example'],
    transport: nowhere,
    resolve: async () => ['93.184.215.14'],
  };
  const asked = ask(options, { url: 'https://x.example/', headers });
  await expect(asked).rejects.toMatchObject({ code: 'effect/bad-header' });
});

test('credentials in a URL do not leave, and are not shown', async () => {
  const options = { allow: ['x.example'], transport: nowhere };
  const asked = ask(options, { url: 'https://user:hunter2@x.example/' });
  const error = await asked.catch((caught: EffectError) => caught);
  expect(error).toMatchObject({ code: 'effect/credentials-in-url' });
  expect(JSON.stringify(error)).not.toContain('hunter2');
});

test('reading methods and those that replace or remove are idempotent, POST is not', () => {
  const idempotent = (method: string) => httpRequest.idempotent({ method });
  expect(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'].every(idempotent)).toBe(true);
  expect(['POST', 'PATCH'].some(idempotent)).toBe(false);
});

test('the time a Retry-After asks for is read from seconds and from dates', () => {
  const now = manualClock(10_000_000).now();
  expect(retryAfter('3', now)).toBe(3000);
  expect(retryAfter('Thu, 01 Jan 1970 00:00:30 GMT', now)).toBe(20_000);
  expect(retryAfter('Thu, 01 Jan 1970 00:00:05 GMT', now)).toBe(0);
  expect(retryAfter('soon', now)).toBeUndefined();
});
