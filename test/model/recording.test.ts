import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import {
  DatumError,
  type Sha256,
  seededRandom,
  systemClock,
  systemDisk,
} from '../../src/base/index.ts';
import { openRecorder, perform, readStep, redact, within } from '../../src/effect/index.ts';
import { memoryLog, openLog } from '../../src/fact/index.ts';
import {
  generate,
  keyRedactor,
  keysOf,
  readExchange,
  replayingFetch,
  requestParts,
  sentBody,
} from '../../src/model/index.ts';
import { ANTHROPIC_KEY, anthropicServer } from './anthropic-wire.ts';
import { ask, modelsAt } from './ask.ts';
import type { Turn } from './wire-server.ts';

const MODEL = 'claude-sonnet-4-6';
class KeeperRefusal extends DatumError {}

const world = () => ({ clock: systemClock, random: seededRandom('recording') });
const user = (text: string) => ({ role: 'user' as const, text });

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'datum-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('request and answer are kept byte for byte, and a replay needs no server', async () => {
  const server = await anthropicServer({ pieces: ['Grüße ', '{"a":1}'] });
  const log = await memoryLog(world());
  const recorder = await openRecorder({ log, run: 'r1' });
  const live = { record: { blobs: log.blobs } };
  const request = { model: MODEL, messages: [user('ü'.repeat(3000))], maxOutputTokens: 100 };
  const answer = await within([...recorder.handlers, modelsAt(server, live)], () =>
    perform(generate, request),
  );
  await recorder.close();
  const db = await log.at();
  const hash = (await db.get('effect:r1/1', 'model/exchange')) as Sha256;
  const exchange = await readExchange(hash, log.blobs);
  expect(exchange).toMatchObject({
    method: 'POST',
    url: `${server.url}/v1/messages`,
    headers: { 'x-api-key': '[redacted:field]', 'anthropic-version': '2023-06-01' },
    answer: { status: 200, complete: true },
  });
  expect((await sentBody(exchange, log.blobs)).toString('utf8')).toBe(server.requests[0]?.text);

  const fetch = replayingFetch([hash], log.blobs);
  const again = await ask(server, request, { live: { fetch } });
  expect({ ...again, latencyMillis: 0 }).toEqual({ ...answer, latencyMillis: 0 });
  expect(server.requests).toHaveLength(1);
  await expect(ask(server, request, { live: { fetch } })).rejects.toMatchObject({
    code: 'model/not-recorded',
  });
  expect((await readStep(db, 'r1', '1'))?.outcome?.ok).toBe(true);
});

test('a prompt section that stays the same is stored once', async () => {
  const server = await anthropicServer({ pieces: ['ok'] });
  const log = await memoryLog(world());
  const recorder = await openRecorder({ log, run: 'r1' });
  const live = { record: { blobs: log.blobs } };
  const system = [{ text: `You are Harbor. ${'Be kind. '.repeat(200)}`, cacheBreak: true }];
  const bodies = await within([...recorder.handlers, modelsAt(server, live)], async () => {
    const found: (readonly Sha256[])[] = [];
    for (const [index, text] of ['first', 'second'].entries()) {
      await perform(generate, { model: MODEL, system, messages: [user(text)], maxOutputTokens: 9 });
      await recorder.flush();
      const db = await log.at();
      const hash = await db.get(`effect:r1/${index + 1}`, 'model/exchange');
      found.push((await readExchange(hash as Sha256, log.blobs)).body);
    }
    return found;
  });
  const [first = [], second = []] = bodies;
  const shared = second.filter((hash) => first.includes(hash));
  const sizes = await Promise.all(
    shared.map(async (hash) => (await log.blobs.get(hash))?.length ?? 0),
  );
  expect(Math.max(...sizes)).toBeGreaterThan(1700);
  expect(first).not.toEqual(second);
});

test('what came before the caller stopped is recorded as cut off', async () => {
  const server = await anthropicServer({ pieces: ['as far'], after: 'hang' });
  const log = await memoryLog(world());
  const recorder = await openRecorder({ log, run: 'r1' });
  const stop = new AbortController();
  const live = { record: { blobs: log.blobs } };
  const answer = await within([...recorder.handlers, modelsAt(server, live)], () =>
    perform(
      generate,
      { model: MODEL, messages: [user('go')], maxOutputTokens: 100 },
      { signal: stop.signal, onProgress: () => stop.abort() },
    ),
  );
  await recorder.close();
  expect(answer).toMatchObject({ text: 'as far', finish: 'aborted' });
  const db = await log.at();
  const hash = (await db.get('effect:r1/1', 'model/exchange')) as Sha256;
  const exchange = await readExchange(hash, log.blobs);
  expect(exchange.answer?.complete).toBe(false);
  const came = await log.blobs.get(exchange.answer?.body ?? '');
  expect(Buffer.from(came ?? []).toString('utf8')).toContain('as far');
  expect((await readStep(db, 'r1', '1'))?.outcome?.ok).toBe(true);
});

test('parts joined are the request, whatever it is', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), (json) => {
      expect(requestParts(json).join('')).toBe(json);
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 4000 }), (text) => {
      expect(requestParts(text).join('')).toBe(text);
    }),
  );
});

test('one more message leaves the parts of the earlier ones as they were', () => {
  const messages = Array.from({ length: 30 }, (_, index) => ({
    role: 'user',
    content: `${index} `.repeat(20 + index * 10),
  }));
  const partsOf = (count: number) =>
    requestParts(JSON.stringify({ model: 'm', messages: messages.slice(0, count) }));
  const before = new Set(partsOf(29));
  const after = partsOf(30);
  expect(after.filter((part) => !before.has(part)).length).toBeLessThanOrEqual(3);
});

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

test.each<[string, Turn]>([
  ['works', { pieces: [`your key is ${ANTHROPIC_KEY}`] }],
  ['fails', { status: 400, type: 'invalid_request_error', message: `no ${ANTHROPIC_KEY}` }],
])('a run that %s leaves no key in any file', async (_, turn) => {
  const home = scratch();
  const server = await anthropicServer(turn);
  const env = { ANTHROPIC_API_KEY: ANTHROPIC_KEY, HOME: home, DATUM_STATE: join(home, 'state') };
  const log = await openLog({ home, ...world(), disk: systemDisk, env });
  const keys = keysOf({ env, disk: systemDisk });
  const redactor = keyRedactor(keys);
  const recorder = await openRecorder({ log, run: 'r1', redact: redactor });
  const live = { keyOf: keys.keyOf, record: { blobs: log.blobs } };
  const handlers = [...recorder.handlers, redact({ redactor }), modelsAt(server, live)];
  const asked = await within(handlers, () =>
    perform(generate, {
      model: MODEL,
      system: [{ text: `the key ${ANTHROPIC_KEY} ${'x '.repeat(3000)}` }],
      messages: [user(`is ${ANTHROPIC_KEY} safe with you?`)],
      maxOutputTokens: 100,
    }),
  ).then(JSON.stringify, (error: Error) => `${error.message} ${error.stack}`);
  await recorder.close();
  await log.close();
  expect(server.requests[0]?.headers['x-api-key']).toBe(ANTHROPIC_KEY);
  expect(server.requests[0]?.text).not.toContain(ANTHROPIC_KEY);
  expect(asked).not.toContain(ANTHROPIC_KEY);
  const files = filesBelow(home);
  expect(files.length).toBeGreaterThan(6);
  const leaking = files.filter((file) => readFileSync(file).includes(ANTHROPIC_KEY));
  expect(leaking).toEqual([]);
  expect(files.some((file) => readFileSync(file).includes('[redacted:'))).toBe(true);
});

test('keys come from the environment before the key file, and never say what they are', async () => {
  const home = scratch();
  const file = join(home, '.config', 'datum', 'keys.json');
  mkdirSync(join(home, '.config', 'datum'), { recursive: true });
  writeFileSync(file, '{"anthropic": " from-file ", "openai": "from-file-too"}', { mode: 0o600 });
  const keys = keysOf({ env: { HOME: home, OPENAI_API_KEY: 'from-env' }, disk: systemDisk });
  expect(await keys.keyOf('anthropic')).toBe('from-file');
  expect(await keys.keyOf('openai')).toBe('from-env');
  expect(await keys.keyOf('moonshot')).toBeUndefined();
  expect(await keys.lookup('anthropic')).toMatchObject({ source: file });
  expect(await keys.lookup('openai')).toMatchObject({ source: 'OPENAI_API_KEY' });
  expect(await keys.lookup('moonshot')).toEqual({
    places: ['MOONSHOT_API_KEY', 'MOONSHOT_KEY', file],
  });
  expect(keys.all()).toEqual(['from-env', 'from-file', 'from-file-too']);
});

test('a keeper is asked after the environment and before the key file', async () => {
  const home = scratch();
  const file = join(home, 'datum', 'keys.json');
  mkdirSync(join(home, 'datum'));
  writeFileSync(file, '{"moonshot": "moon-of-file", "openai": "open-of-file"}', { mode: 0o600 });
  const kept: Record<string, string> = { anthropic: 'anthropic-kept', openai: 'openai-kept' };
  const asked: string[] = [];
  const keeper = {
    name: 'the keeper here',
    holds: async (provider: string) => provider in kept,
    keyOf: async (provider: string) => {
      asked.push(provider);
      return kept[provider];
    },
  };
  const env = { XDG_CONFIG_HOME: home, ANTHROPIC_API_KEY: 'anthropic-stated' };
  const keys = keysOf({ env, disk: systemDisk, keeper });
  const hide = keyRedactor(keys);
  expect(await keys.lookup('openai')).toEqual({
    source: 'the keeper here',
    places: ['OPENAI_API_KEY', 'OPENAI_KEY', 'the keeper here', file],
  });
  expect(await keys.lookup('moonshot')).toMatchObject({ source: file });
  expect([asked, hide('say openai-kept')]).toEqual([[], 'say openai-kept']);
  expect(await keys.keyOf('anthropic')).toBe('anthropic-stated');
  expect(await keys.keyOf('openai')).toBe('openai-kept');
  expect(await keys.keyOf('moonshot')).toBe('moon-of-file');
  expect(asked).toEqual(['openai', 'moonshot']);
  expect(hide('say openai-kept and anthropic-stated')).toBe(
    'say [redacted:key] and [redacted:key]',
  );
  keys.hide(['told-to-a-server']);
  expect(hide('it was told-to-a-server')).toBe('it was [redacted:key]');
});

test('a keeper that refuses is no keeper without the key', async () => {
  const refusal = new KeeperRefusal({ code: 'test/refused', message: 'not you', hint: 'ask Ada' });
  const refuse = async () => Promise.reject(refusal);
  const keeper = { name: 'the keeper', holds: refuse, keyOf: refuse };
  const keys = keysOf({ env: { XDG_CONFIG_HOME: scratch() }, disk: systemDisk, keeper });
  await expect(keys.keyOf('openai')).rejects.toBe(refusal);
  expect(await keys.lookup('openai')).toMatchObject({ refused: 'not you: ask Ada' });
});

test.skipIf(process.platform === 'win32')(
  'a key file that others can read is refused, also behind a link, and its keys are still hidden',
  async () => {
    const home = scratch();
    const folder = join(home, 'datum');
    mkdirSync(folder);
    writeFileSync(join(home, 'elsewhere.json'), '{"anthropic": "plain-key-0815"}');
    symlinkSync(join(home, 'elsewhere.json'), join(folder, 'keys.json'));
    const env = { XDG_CONFIG_HOME: home, OPENAI_API_KEY: 'from-env' };
    const keys = keysOf({ env, disk: systemDisk });
    for (const mode of [0o644, 0o640, 0o604]) {
      chmodSync(join(home, 'elsewhere.json'), mode);
      await expect(keys.keyOf('anthropic')).rejects.toMatchObject({
        code: 'model/open-key-file',
        kind: 'usage',
        hint: expect.stringContaining(`chmod 600 ${join(folder, 'keys.json')}`),
      });
      const { source, refused } = await keys.lookup('anthropic');
      expect([source, refused]).toEqual([undefined, expect.stringContaining('(mode 6')]);
    }
    expect(await keys.keyOf('openai')).toBe('from-env');
    expect(keyRedactor(keys)('is plain-key-0815')).toBe('is [redacted:key]');
    chmodSync(join(home, 'elsewhere.json'), 0o600);
    expect(await keys.keyOf('anthropic')).toBe('plain-key-0815');
  },
);

test.each([
  '{"anthropic": plain-key-7',
  '["plain-key-7"]',
  '{"anthropic": {"key": "plain-key-7"}}',
])('a damaged key file is named without what stands in it: %s', async (text) => {
  const home = scratch();
  mkdirSync(join(home, 'datum'));
  writeFileSync(join(home, 'datum', 'keys.json'), text, { mode: 0o600 });
  const keys = keysOf({ env: { XDG_CONFIG_HOME: home }, disk: systemDisk });
  const error = await keys.keyOf('anthropic').catch((thrown: Error) => thrown);
  expect(error).toMatchObject({ code: 'model/bad-key-file', kind: 'usage' });
  const { message, cause } = error as Error;
  expect(message).not.toContain('plain-key-7');
  expect(cause).toBeUndefined();
});
