import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/base/index.ts';
import { failureOf } from '../../src/effect/index.ts';
import { ANTHROPIC_KEY, anthropicServer } from './anthropic-wire.ts';
import { ask, patient } from './ask.ts';
import { OPENAI_KEY, openaiServer } from './openai-wire.ts';
import type { Turn, WireServer } from './wire-server.ts';

interface Wire {
  readonly model: string;
  readonly provider: string;
  readonly serve: (...turns: readonly Turn[]) => Promise<WireServer>;
}

const anthropic: Wire = {
  model: 'claude-sonnet-4-6',
  provider: 'anthropic',
  serve: anthropicServer,
};
const openai: Wire = {
  model: 'gpt-4.1',
  provider: 'openai',
  serve: (...turns) => openaiServer(turns, { key: OPENAI_KEY }),
};
const moonshot: Wire = { ...openai, model: 'moonshot/kimi-k2.6', provider: 'moonshot' };
const ollama: Wire = {
  model: 'ollama/qwen3:4b',
  provider: 'ollama',
  serve: (...turns) => openaiServer(turns),
};

const look = { name: 'look', description: 'Looks', input: { type: 'object', properties: {} } };

describe.each([anthropic, openai, moonshot, ollama])('$provider', ({ model, provider, serve }) => {
  test('text arrives piece by piece and is counted as the provider counts', async () => {
    const usage = { input: 4102, output: 892, cacheRead: 3200 };
    const server = await serve({ pieces: ['Hel', 'lo ', 'ü'], usage });
    const pieces: Json[] = [];
    const answer = await ask(server, { model }, { onProgress: (piece) => pieces.push(piece) });
    expect(pieces).toEqual(['Hel', 'lo ', 'ü']);
    expect(answer).toMatchObject({
      text: 'Hello ü',
      finish: 'stop',
      measured: true,
      toolCalls: [],
      tokens: { input: 4102, output: 892, cacheRead: 3200, cacheWrite: 0 },
    });
    expect(server.requests).toHaveLength(1);
  });

  test('tools are offered, called, and their results sent back', async () => {
    const call = { id: 'call_1', name: 'look', input: { at: 'the {harbour}', deep: [1] } };
    const server = await serve(
      { pieces: ['let me see'], toolCalls: [call, { ...call, id: 'call_2', input: {} }] },
      { pieces: ['done'] },
    );
    const first = await ask(server, { model, tools: [look] });
    expect(first.finish).toBe('tool-calls');
    expect(first.toolCalls).toEqual([call, { ...call, id: 'call_2', input: {} }]);
    const second = await ask(server, {
      model,
      tools: [look],
      messages: [
        { role: 'user', text: 'hello' },
        { role: 'assistant', text: first.text, toolCalls: first.toolCalls },
        {
          role: 'tool',
          results: [
            { id: 'call_1', name: 'look', content: { seen: 'a ship' } },
            { id: 'call_2', name: 'look', content: 'it is dark', error: true },
          ],
        },
      ],
    });
    expect(second.text).toBe('done');
    const sent = server.requests[1]?.text ?? '';
    for (const part of ['call_1', 'call_2', 'a ship', 'it is dark']) expect(sent).toContain(part);
  });

  test('an answer that was cut by its limit says so', async () => {
    const server = await serve({ pieces: ['half of'], finish: 'length' });
    expect(await ask(server, { model })).toMatchObject({ text: 'half of', finish: 'length' });
    const { body } = server.requests[0] ?? {};
    expect(body.max_tokens ?? body.max_completion_tokens).toBe(100);
  });

  test('what had arrived when the caller aborts is the answer', async () => {
    const server = await serve({ pieces: ['as far', ' as this'], after: 'hang' });
    const stop = new AbortController();
    let text = '';
    const answer = await ask(
      server,
      { model },
      {
        signal: stop.signal,
        onProgress: (piece) => {
          text += piece;
          if (text === 'as far as this') stop.abort();
        },
      },
    );
    expect(answer).toMatchObject({ text: 'as far as this', finish: 'aborted', measured: false });
    expect(answer.tokens).toMatchObject({ output: 4 });
    expect(answer.tokens.input).toBeGreaterThan(0);
  });

  test('a call aborted before it began is not made', async () => {
    const server = await serve({ pieces: ['never'] });
    const attempt = ask(server, { model }, { signal: AbortSignal.abort() });
    await expect(attempt).rejects.toMatchObject({ code: 'model/aborted' });
    expect(server.requests).toEqual([]);
  });

  test.each([
    [400, 'bad-request', 'invalid_request_error', false, false],
    [403, 'unauthorized', 'permission_error', false, false],
    [404, 'bad-request', 'not_found_error', false, false],
    [413, 'bad-request', 'request_too_large', false, false],
    [429, 'rate-limited', 'rate_limit_error', true, false],
    [500, 'overloaded', 'api_error', true, false],
    [503, 'overloaded', 'api_error', true, false],
    [529, 'overloaded', 'overloaded_error', true, false],
  ])('status %d is model/%s', async (status, code, type, transient, mayHaveHappened) => {
    const headers = { 'retry-after': '7' };
    const server = await serve({ status, type, message: 'so it is', headers });
    const error = await ask(server, { model }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: 'ModelError',
      code: `model/${code}`,
      data: { provider, model, status },
    });
    expect(String(error)).toContain(`(${status}): so it is`);
    expect(failureOf(error)).toEqual({ transient, mayHaveHappened, retryAfterMillis: 7000 });
    expect(server.requests).toHaveLength(1);
  });

  test('silence ends with model/timeout', async () => {
    const server = await serve({ pieces: ['then nothing'], after: 'hang' });
    const over = Promise.withResolvers<void>();
    let waits = 0;
    const timer = {
      sleep: (millis: number, signal?: AbortSignal) => {
        waits += 1;
        return Promise.race([over.promise, patient.sleep(millis, signal)]);
      },
    };
    const attempt = ask(
      server,
      { model },
      { live: { timer, idleMillisMax: 30_000 }, onProgress: () => setImmediate(over.resolve) },
    );
    const error = await attempt.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'model/timeout', data: { spent: { output: 3 } } });
    expect(failureOf(error)).toEqual({ transient: true, mayHaveHappened: true });
    expect(waits).toBeGreaterThan(1);
  });

  test('an answer that keeps coming for more than ten minutes ends with model/timeout', async () => {
    const server = await serve({ pieces: ['on and'], after: 'hang' });
    const times: number[] = [];
    let pass = (): void => undefined;
    // Ten minutes pass when the first words have come; two minutes of silence never do.
    const timer = {
      sleep: (millis: number, signal?: AbortSignal) => {
        times.push(millis);
        const over = new Promise<void>((resolve) => {
          if (millis === 600_000) pass = resolve;
        });
        return Promise.race([over, patient.sleep(millis, signal)]);
      },
    };
    const attempt = ask(
      server,
      { model },
      { live: { timer }, onProgress: () => setImmediate(() => pass()) },
    );
    const error = await attempt.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'model/timeout',
      message: expect.stringContaining('not done after 600000 ms'),
      data: { spent: { output: 2 } },
    });
    expect([...new Set(times)]).toEqual([120_000, 600_000]);
    expect(failureOf(error)).toEqual({ transient: true, mayHaveHappened: true });
  });

  test('a connection cut in the middle is unreachable, and may have been paid', async () => {
    const server = await serve({ pieces: ['and th'], after: 'cut' });
    const error = await ask(server, { model }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'model/unreachable' });
    expect(failureOf(error)).toEqual({ transient: true, mayHaveHappened: true });
  });

  test('an error event in the middle of the stream is told by its type', async () => {
    const server = await serve({ pieces: ['and th'], after: 'error' });
    const error = await ask(server, { model }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'model/overloaded' });
    expect(failureOf(error)).toEqual({ transient: true, mayHaveHappened: true });
  });

  test('a port where nobody listens is unreachable, and nothing has happened', async () => {
    const nobody = { url: 'http://127.0.0.1:1', requests: [] };
    const fetch = async () => {
      throw new TypeError('fetch failed', {
        cause: Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), {
          code: 'ECONNREFUSED',
        }),
      });
    };
    const error = await ask(nobody, { model }, { live: { fetch } }).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'model/unreachable' });
    expect(failureOf(error)).toEqual({ transient: true, mayHaveHappened: false });
  });
});

test.each([anthropic, openai, moonshot])(
  '$provider: a refused key is not in the error',
  async ({ model, serve }) => {
    const server = await serve({ pieces: ['never'] });
    const key = 'plain-and-wrong-0042';
    const live = { keyOf: async () => key };
    const error = await ask(server, { model }, { live }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'model/unauthorized', kind: 'usage' });
    const { message, stack, cause, data } = error as Error & { data: unknown };
    expect(JSON.stringify([message, stack, data])).not.toContain(key);
    expect(message).toContain('[redacted:key]');
    expect(cause).toBeUndefined();
  },
);

test('an empty account is not asked again, though OpenAI says 429', async () => {
  const server = await openaiServer([
    { status: 429, type: 'insufficient_quota', message: 'You exceeded your current quota' },
  ]);
  const error = await ask(server, { model: 'gpt-4.1' }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'model/unauthorized' });
  expect(failureOf(error)).toMatchObject({ transient: false });
});

test('marked sections become cache breakpoints of Anthropic, and what it wrote is counted', async () => {
  const usage = { input: 5000, output: 10, cacheRead: 1000, cacheWrite: 3000 };
  const server = await anthropicServer({ pieces: ['ok'], usage });
  const system = ['one', 'two', 'three', 'four', 'five'].map((text) => ({
    text,
    cacheBreak: text !== 'five',
  }));
  const answer = await ask(server, { model: 'claude-sonnet-4-6', system });
  expect(answer.tokens).toEqual({ input: 5000, output: 10, cacheRead: 1000, cacheWrite: 3000 });
  const cache_control = { type: 'ephemeral' };
  expect(server.requests[0]?.body.system).toEqual([
    { type: 'text', text: 'one', cache_control },
    { type: 'text', text: 'two', cache_control },
    { type: 'text', text: 'three', cache_control },
    { type: 'text', text: 'four', cache_control },
    { type: 'text', text: 'five' },
  ]);
  expect(server.requests[0]?.headers).toMatchObject({
    'x-api-key': ANTHROPIC_KEY,
    'anthropic-version': '2023-06-01',
  });
});

test('elsewhere the sections are one system message, as local servers want it', async () => {
  const server = await openaiServer([{ pieces: ['ok'] }]);
  const system = [{ text: 'one ', cacheBreak: true }, { text: 'two' }];
  await ask(server, { model: 'ollama/qwen3:4b', system });
  expect(server.requests[0]?.body.messages).toEqual([
    { role: 'system', content: 'one two' },
    { role: 'user', content: 'hello' },
  ]);
});

const answerSchema = {
  type: 'object',
  properties: { prime: { type: 'boolean' } },
  required: ['prime'],
  additionalProperties: false,
};

test.each([openai, ollama])(
  '$provider: the schema of the answer is sent as response_format',
  async ({ model, serve }) => {
    const server = await serve({ pieces: ['{"prime":', 'true}'] });
    const answer = await ask(server, { model, answerSchema });
    expect(JSON.parse(answer.text)).toEqual({ prime: true });
    expect(server.requests[0]?.body.response_format).toMatchObject({
      type: 'json_schema',
      json_schema: { schema: answerSchema },
    });
  },
);

test('Anthropic gets the schema of the answer as its output format', async () => {
  const server = await anthropicServer({ pieces: ['{"prime":true}'] });
  const answer = await ask(server, { model: 'claude-sonnet-4-6', answerSchema });
  expect(JSON.parse(answer.text)).toEqual({ prime: true });
  expect(server.requests[0]?.text).toContain('"json_schema"');
});

test('an answer that is no stream of events is a bad answer', async () => {
  const fetch = async () =>
    new Response('data: {"choices": 5\n\n', { headers: { 'content-type': 'text/event-stream' } });
  const nobody = { url: 'http://127.0.0.1:1', requests: [] };
  const error = await ask(nobody, { model: 'gpt-4.1' }, { live: { fetch } }).catch((e) => e);
  expect(error).toMatchObject({ code: 'model/bad-answer' });
});
