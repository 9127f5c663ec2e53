import { expect, test } from 'vitest';
import { manualClock, seededRandom, systemClock } from '../../src/base/index.ts';
import { openRecorder, perform, retry, within } from '../../src/effect/index.ts';
import { memoryLog } from '../../src/fact/index.ts';
import {
  embed,
  embedTexts,
  generate,
  type ModelRequestInput,
  vertexProvider,
} from '../../src/model/index.ts';
import { loadPackage } from '../../src/model/load-package.ts';
import { ask, modelsAt } from './ask.ts';
import { OPENAI_KEY, openaiServer } from './openai-wire.ts';

const look = { name: 'look', description: 'Looks', input: { type: 'object' } };

/** Two turns of a model with one tool between them. */
async function program(model: string, question: string): Promise<string> {
  const request: ModelRequestInput = {
    model,
    tools: [look],
    messages: [{ role: 'user', text: question }],
    maxOutputTokens: 100,
  };
  const { text, toolCalls } = await perform(generate, request);
  const results = toolCalls.map(({ id, name }) => ({ id, name, content: 'a ship' }));
  const turn = [
    { role: 'assistant' as const, text, toolCalls },
    { role: 'tool' as const, results },
  ];
  const done = await perform(generate, { ...request, messages: [...request.messages, ...turn] });
  return `${toolCalls.length} ${done.text}`;
}

test('replay/<run> gives the answers of a former run, turn by turn, and asks nobody', async () => {
  const toolCalls = [{ id: 'c1', name: 'look', input: {} }];
  const server = await openaiServer([{ toolCalls }, { pieces: ['I see a ship'] }]);
  const log = await memoryLog({ clock: systemClock, random: seededRandom('replay') });
  const recorder = await openRecorder({ log, run: 'first' });
  const models = modelsAt(server, { log });
  const first = await within([...recorder.handlers, models], () =>
    program('ollama/qwen3:4b', 'what is there?'),
  );
  await recorder.close();
  expect(first).toBe('1 I see a ship');
  const again = () => within([models], () => program('replay/first', 'what is there?'));
  expect(await again()).toBe(first);
  expect(await within([models], () => program('replay/first', 'and now?'))).toBe(first);
  expect(server.requests).toHaveLength(2);
  await expect(within([models], () => program('replay/none', 'what?'))).rejects.toMatchObject({
    code: 'model/not-recorded',
  });
});

test.each(['text-embedding-3-small', 'ollama/nomic-embed-text'])(
  '%s gives a vector for each text',
  async (model) => {
    const server = await openaiServer([]);
    const found = await within([modelsAt(server)], () =>
      perform(embed, { model, texts: ['a', 'bcd'] }),
    );
    const vectors = [
      [1, 1],
      [3, 1],
    ];
    expect(found).toEqual({ vectors, tokens: 6, measured: true });
    expect(server.requests[0]?.path).toBe('/v1/embeddings');
  },
);

test('without an embedding model there are no vectors and no error', async () => {
  expect(await embedTexts(['a'], undefined)).toBeUndefined();
  expect(await embedTexts(['a'], ' ')).toBeUndefined();
});

test('embeddings fail by class like answers', async () => {
  const server = await openaiServer([], { key: OPENAI_KEY });
  const models = modelsAt(server, { keyOf: async () => 'wrong-key-12345' });
  const attempt = within([models], () =>
    perform(embed, { model: 'text-embedding-3-small', texts: ['a'] }),
  );
  await expect(attempt).rejects.toMatchObject({ code: 'model/unauthorized' });
  const none = within([modelsAt(server)], () =>
    perform(embed, { model: 'claude-opus-4-8', texts: ['a'] }),
  );
  await expect(none).rejects.toMatchObject({ code: 'model/no-embeddings' });
});

test.each([
  [[529, 429], 3, 'at last'],
  [[400], 1, 'model/bad-request'],
])('the retry handler knows what passes by itself: %j', async (statuses, asked, outcome) => {
  const refused = statuses.map((status) => ({
    status,
    message: 'not now',
    headers: { 'retry-after': '2' },
  }));
  const server = await openaiServer([...refused, { pieces: ['at last'] }]);
  const clock = manualClock(0);
  const again = retry({ clock, random: seededRandom('retry') });
  const answered = await within([again, modelsAt(server)], () =>
    perform(generate, {
      model: 'gpt-5',
      messages: [{ role: 'user', text: 'hello' }],
      maxOutputTokens: 100,
    }),
  ).then(
    ({ text }) => text,
    (error: { code: string }) => error.code,
  );
  expect(answered).toBe(outcome);
  expect(server.requests).toHaveLength(asked);
  expect(clock.now()).toBe(2_000_000 * (asked - 1));
});

const context = (env: Readonly<Record<string, string>>) => ({
  env,
  keyOf: async () => undefined,
  fetch: globalThis.fetch,
  quietFetch: globalThis.fetch,
});

test('Gemini on Vertex says which package to install', async () => {
  const missing = Object.assign(new Error('no such package'), { code: 'ERR_MODULE_NOT_FOUND' });
  const vertex = vertexProvider(() =>
    loadPackage('@ai-sdk/google-vertex', () => Promise.reject(missing)),
  );
  const opening = vertex.open('vertex/gemini-2.5-flash', context({ GOOGLE_VERTEX_PROJECT: 'p' }));
  await expect(opening).rejects.toMatchObject({
    code: 'model/not-installed',
    message:
      'the package @ai-sdk/google-vertex is not installed; install it with: npm install @ai-sdk/google-vertex',
  });
});

test('Gemini on Vertex is opened in the project and region of the environment', async () => {
  const made: unknown[] = [];
  const vertex = vertexProvider(async () => ({
    createVertex: ({ project, location }) => {
      made.push({ project, location });
      return (model) => {
        made.push(model);
        throw new Error('this is as far as it goes without a network');
      };
    },
  }));
  const asked = (env: Readonly<Record<string, string>>) =>
    vertex.open('vertex/gemini-2.5-pro', context(env));
  await expect(asked({})).rejects.toMatchObject({ code: 'model/no-project' });
  await expect(asked({ GOOGLE_CLOUD_PROJECT: 'harbor' })).rejects.toThrow('as far as it goes');
  expect(made).toEqual([{ project: 'harbor', location: 'us-central1' }, 'gemini-2.5-pro']);
});

test('a missing key is named with the variable to set, and nothing is sent', async () => {
  const server = await openaiServer([{ pieces: ['never'] }]);
  const live = { keyOf: async () => undefined };
  await expect(ask(server, { model: 'gpt-5' }, { live })).rejects.toMatchObject({
    code: 'model/no-key',
    hint: expect.stringContaining('OPENAI_API_KEY'),
  });
  expect(server.requests).toEqual([]);
});
