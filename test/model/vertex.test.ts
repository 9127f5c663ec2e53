import { createVerify, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Json, type Sha256, seededRandom, systemClock } from '../../src/base/index.ts';
import { failureOf, openRecorder, within } from '../../src/effect/index.ts';
import { memoryLog } from '../../src/fact/index.ts';
import { readExchange } from '../../src/model/index.ts';
import { ask } from './ask.ts';
import { GEMINI_TOKEN, geminiServer } from './gemini-wire.ts';
import type { WireServer } from './wire-server.ts';

const model = 'vertex/gemini-2.5-flash';

/** Asks Gemini at a local server through the provider's own package, with an access token. */
const askGemini = (
  server: WireServer,
  request: Parameters<typeof ask>[1] = { model },
  { token = GEMINI_TOKEN, ...options }: Parameters<typeof ask>[2] & { token?: string } = {},
) =>
  ask(server, request, {
    ...options,
    live: {
      ...options.live,
      env: {
        GOOGLE_VERTEX_BASE_URL: `${server.url}/v1`,
        GOOGLE_VERTEX_PROJECT: 'harbor',
        GOOGLE_VERTEX_ACCESS_TOKEN: token,
      },
      keyOf: async () => token,
    },
  });

test('Gemini streams its text, and is counted as it counts', async () => {
  const usage = { input: 4102, output: 892, cacheRead: 3200 };
  const server = await geminiServer({ pieces: ['Hel', 'lo ', 'ü'], usage });
  const pieces: Json[] = [];
  const answer = await askGemini(
    server,
    { model, system: [{ text: 'be brief', cacheBreak: true }], temperature: 0.6 },
    { onProgress: (piece) => pieces.push(piece) },
  );
  expect(pieces).toEqual(['Hel', 'lo ', 'ü']);
  expect(answer).toMatchObject({
    text: 'Hello ü',
    asked: model,
    finish: 'stop',
    measured: true,
    tokens: { input: 4102, output: 892, cacheRead: 3200, cacheWrite: 0 },
  });
  expect(server.requests[0]?.path).toBe(
    '/v1/models/gemini-2.5-flash:streamGenerateContent?alt=sse',
  );
  expect(server.requests[0]?.body).toMatchObject({
    systemInstruction: { parts: [{ text: 'be brief' }] },
    generationConfig: { maxOutputTokens: 100, temperature: 0.6 },
    contents: [{ role: 'user', parts: [{ text: 'hello' }] }],
  });
});

test('Gemini is offered tools, calls them, and gets their results', async () => {
  const input = { at: 'the harbour', deep: [1] };
  const server = await geminiServer(
    { pieces: ['let me see'], toolCalls: [{ id: '', name: 'look', input }] },
    { pieces: ['a ship'] },
  );
  const tools = [
    {
      name: 'look',
      description: 'Looks',
      input: { type: 'object', properties: { at: { type: 'string' } } },
    },
  ];
  const first = await askGemini(server, { model, tools });
  expect(first).toMatchObject({ finish: 'tool-calls', toolCalls: [{ name: 'look', input }] });
  expect(server.requests[0]?.body.tools[0].functionDeclarations[0]).toMatchObject({ name: 'look' });
  const [call] = first.toolCalls;
  const second = await askGemini(server, {
    model,
    tools,
    messages: [
      { role: 'user', text: 'hello' },
      { role: 'assistant', text: first.text, toolCalls: first.toolCalls },
      { role: 'tool', results: [{ id: call?.id ?? '', name: 'look', content: 'a mast' }] },
    ],
  });
  expect(second.text).toBe('a ship');
  expect(server.requests[1]?.text).toContain('"functionResponse"');
  expect(server.requests[1]?.text).toContain('a mast');
});

test('Gemini holds its answer to a schema', async () => {
  const server = await geminiServer({ pieces: ['{"prime":true}'] });
  const answerSchema = { type: 'object', properties: { prime: { type: 'boolean' } } };
  await askGemini(server, { model, answerSchema });
  expect(server.requests[0]?.body.generationConfig).toMatchObject({
    responseMimeType: 'application/json',
    responseSchema: { properties: { prime: { type: 'boolean' } } },
  });
});

test('what had arrived from Gemini when the caller aborts is the answer', async () => {
  const server = await geminiServer({ pieces: ['as far', ' as this'], after: 'hang' });
  const stop = new AbortController();
  const answer = await askGemini(
    server,
    { model },
    {
      signal: stop.signal,
      onProgress: (piece) => piece === ' as this' && stop.abort(),
    },
  );
  expect(answer).toMatchObject({ text: 'as far as this', finish: 'aborted', measured: false });
});

test.each([
  [400, 'bad-request', 'INVALID_ARGUMENT', false],
  [403, 'unauthorized', 'PERMISSION_DENIED', false],
  [404, 'bad-request', 'NOT_FOUND', false],
  [429, 'rate-limited', 'RESOURCE_EXHAUSTED', true],
  [500, 'overloaded', 'INTERNAL', true],
  [503, 'overloaded', 'UNAVAILABLE', true],
])('Gemini: status %d is model/%s', async (status, code, type, transient) => {
  const headers = { 'retry-after': '7' };
  const server = await geminiServer({ status, type, message: 'so it is', headers });
  const error = await askGemini(server).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: `model/${code}`, data: { provider: 'vertex', status } });
  expect(String(error)).toContain('so it is');
  expect(failureOf(error)).toEqual({ transient, mayHaveHappened: false, retryAfterMillis: 7000 });
});

test('Gemini: a connection that is cut may have been paid, and an error event is told', async () => {
  const cut = await askGemini(await geminiServer({ pieces: ['an'], after: 'cut' })).catch((e) => e);
  expect(cut).toMatchObject({ code: 'model/unreachable' });
  expect(failureOf(cut)).toMatchObject({ mayHaveHappened: true });
  const told = await askGemini(await geminiServer({ pieces: ['an'], after: 'error' })).catch(
    (e) => e,
  );
  expect(told).toMatchObject({ code: 'model/unreachable' });
});

test('Gemini: a token that is refused is not in the error', async () => {
  const server = await geminiServer({ pieces: ['never'] });
  const token = 'plain-and-wrong-0042';
  const error = await askGemini(server, { model }, { token }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'model/unauthorized', kind: 'usage' });
  const { message, stack } = error as Error;
  expect(message + stack).not.toContain(token);
});

test('an API key asks Vertex in express mode, without a project', async () => {
  const server = await geminiServer({ pieces: ['never'] });
  const live = {
    env: { GOOGLE_VERTEX_BASE_URL: `${server.url}/v1` },
    keyOf: async () => 'AIza-test-0815-key',
  };
  await ask(server, { model }, { live }).catch(() => undefined);
  expect(server.requests[0]?.headers['x-goog-api-key']).toBe('AIza-test-0815-key');
  expect(server.requests[0]?.headers['authorization']).toBeUndefined();
});

test('a service account signs for itself on this machine, and its token is in no record', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const folder = mkdtempSync(join(tmpdir(), 'datum-vertex-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const keyFile = join(folder, 'account.json');
  const account = { type: 'service_account', client_email: 'harbor@example.invalid' };
  writeFileSync(
    keyFile,
    JSON.stringify({ ...account, private_key: privateKey, private_key_id: '1' }),
  );
  const server = await geminiServer({ pieces: ['signed'] });
  const asked: string[] = [];
  const signed: boolean[] = [];
  /** Google's own token address is answered here; everything else goes where it should. */
  const network: typeof fetch = async (input, init) => {
    const url = String(input);
    asked.push(new URL(url).host);
    if (url !== 'https://oauth2.googleapis.com/token') return fetch(input, init);
    const assertion = new URLSearchParams(String(init?.body)).get('assertion') ?? '';
    const [head, body, signature = ''] = assertion.split('.');
    const verify = createVerify('RSA-SHA256').update(`${head}.${body}`);
    signed.push(verify.verify(publicKey, signature, 'base64url'));
    expect(JSON.parse(Buffer.from(body ?? '', 'base64url').toString())).toMatchObject({
      iss: 'harbor@example.invalid',
      scope: 'https://www.googleapis.com/auth/cloud-platform',
    });
    return Response.json({ access_token: GEMINI_TOKEN, expires_in: 3600, token_type: 'Bearer' });
  };
  const log = await memoryLog({ clock: systemClock, random: seededRandom('vertex') });
  const recorder = await openRecorder({ log, run: 'r1' });
  const live = {
    env: {
      GOOGLE_VERTEX_BASE_URL: `${server.url}/v1`,
      GOOGLE_VERTEX_PROJECT: 'harbor',
      GOOGLE_APPLICATION_CREDENTIALS: keyFile,
    },
    keyOf: async () => undefined,
    fetch: network,
    record: { blobs: log.blobs },
  };
  const answer = await within(recorder.handlers, () => ask(server, { model }, { live }));
  await recorder.close();
  expect([answer.text, signed]).toEqual(['signed', [true]]);
  expect(asked).toEqual(['oauth2.googleapis.com', new URL(server.url).host]);
  expect(server.requests[0]?.headers['authorization']).toBe(`Bearer ${GEMINI_TOKEN}`);
  const kept = (await (await log.at()).get('effect:r1/1', 'model/exchange')) as Sha256;
  const exchange = await readExchange(kept, log.blobs);
  expect(exchange.url).toContain(server.url);
  expect(JSON.stringify(exchange)).not.toContain(GEMINI_TOKEN);
});
