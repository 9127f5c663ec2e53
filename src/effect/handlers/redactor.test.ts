import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json } from '../../base/index.ts';
import { z } from '../../spec/index.ts';
import {
  answer,
  defineOperation,
  isCardNumber,
  liveHandler,
  type PatternName,
  perform,
  redact,
  redactor,
  within,
} from '../index.ts';

// Put together here, so that no scanner takes this file for a leak.
const secrets = {
  anthropic: `sk-${'ant-api03-'}${'A1b2'.repeat(8)}`,
  openai: `sk-${'proj-'}${'x9Y'.repeat(10)}`,
  stripe: `${'sk_'}live_${'4eC39HqLyjWDarjtT1zdp7dc'}`,
  aws: `${'AKIA'}IOSFODNN7EXAMPLE`,
  google: `${'AIza'}${'Sy0'.repeat(11)}ab`,
  github: `${'ghp_'}${'a1B2'.repeat(9)}`,
  slack: `${'xoxb-'}1234567890-abcdef`,
  npm: `${'npm_'}${'z9'.repeat(18)}`,
  pem: '-----BEGIN RSA PRIVATE KEY-----\nMIIE\n+/=\n-----END RSA PRIVATE KEY-----',
} as const;
const tokens = {
  jwt: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r',
  bearer: 'Bearer abcdef0123456789',
  url: 'https://user:hunter22@example.com/x',
  assigned: 'api_key = "abcdef123"',
} as const;

test.each(Object.entries(secrets))('a key of %s is taken out of any text', (_, secret) => {
  const redacted = redactor()({ note: [`before ${secret} after`] });
  expect(redacted).toEqual({ note: ['before [redacted:key] after'] });
});

test.each([
  [tokens.jwt, '[redacted:token]'],
  [tokens.bearer, 'Bearer [redacted:token]'],
  [tokens.url, 'https://user:[redacted:token]@example.com/x'],
  [tokens.assigned, 'api_key = "[redacted:token]"'],
  ['password: correct horse', 'password: [redacted:token] horse'],
])('a token in %j is taken out', (text, expected) => {
  expect(redactor()(text)).toBe(expected);
});

test.each(['mail ada.l+x@mail.example.co.uk now', '(ada@example.org)'])(
  'an e-mail address in %j is taken out when asked for',
  (text) => {
    expect(redactor({ patterns: ['email'] })(text)).toContain('[redacted:email]');
    expect(redactor({ patterns: ['email'] })(text)).not.toContain('@');
    expect(redactor()(text)).toBe(text);
  },
);

test.each(['4111 1111 1111 1111', '5555-5555-5555-4444', '378282246310005', '6011111111111117'])(
  'the card number %s is taken out',
  (number) => {
    expect(redactor({ patterns: ['card'] })(`pay with ${number}.`)).toBe(
      'pay with [redacted:card].',
    );
  },
);

test.each([
  ['a wrong check digit', '4111 1111 1111 1112'],
  ['no network', '1234567812345670'],
  ['part of a decimal', '0.4111111111111111'],
  ['a longer number', '41111111111111114111111111111111'],
  ['an id', '0192f3a4-1111-7111-8111-411111111111'],
  ['microseconds', '1767225600000000'],
])('%s is no card', (_, text) => {
  expect(redactor({ patterns: ['card'] })(text)).toBe(text);
});

test('exactly one check digit makes a card number', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^4[0-9]{14}$/), (digits) => {
      const valid = [...'0123456789'].filter((last) => isCardNumber(digits + last));
      expect(valid.length).toBe(1);
    }),
  );
});

test('fields are taken out by their path, whatever they hold', () => {
  const hide = redactor({ paths: ['headers.authorization', '**.password', 'a.*.c'], patterns: [] });
  expect(
    hide({
      headers: { Authorization: ['x'], accept: 'y' },
      users: [{ password: { deep: 1 } }, { name: 'ada' }],
      password: 5,
      a: { b: { c: 1, d: 2 } },
      authorization: 'kept',
    }),
  ).toEqual({
    headers: { Authorization: '[redacted:field]', accept: 'y' },
    users: [{ password: '[redacted:field]' }, { name: 'ada' }],
    password: '[redacted:field]',
    a: { b: { c: '[redacted:field]', d: 2 } },
    authorization: 'kept',
  });
});

test('keys that are secrets are taken out and no entry is lost', () => {
  const found = redactor()({ [secrets.github]: 1, [secrets.aws]: 2 });
  expect(found).toEqual({ '[redacted:key]': 1, '[redacted:key]#2': 2 });
});

test('the values of tags and what needs no change stay as they are', () => {
  const value = { at: { $bytes: 'QUtJQUlPU0ZPRE5ON0VYQU1QTEU=' }, n: 4111111111111111, t: 'text' };
  expect(redactor({ patterns: ['key', 'token', 'email', 'card'] })(value)).toBe(value);
});

test('a long hyphenated word is no key', () => {
  const text = 'sk-learn-compatible-estimators and task-force-management';
  expect(redactor()(text)).toBe(text);
});

test('own expressions are shown under their name', () => {
  const hide = redactor({ patterns: [], more: { badge: /B-\d{4}/g } });
  expect(hide(['B-1234', 'B-12'])).toEqual(['[redacted:badge]', 'B-12']);
});

const all: readonly PatternName[] = ['key', 'token', 'email', 'card'];
const anySecret = fc.constantFrom(
  ...Object.values(secrets),
  ...Object.values(tokens),
  '4111111111111111',
  'ada@example.org',
);
const texts = fc.array(
  fc.oneof(anySecret, fc.string(), fc.constantFrom(' ', '"', ':', '=', '@', '.')),
  { maxLength: 6 },
);

test('redacting twice changes nothing more', () => {
  const hide = redactor({ patterns: all, paths: ['**.password'] });
  fc.assert(
    fc.property(texts, fc.jsonValue(), (parts, other) => {
      const once = hide({ text: parts.join(''), password: 'x', other: other as Json });
      expect(hide(once)).toEqual(once);
    }),
  );
});

test('no secret survives between words, at any depth, and everything else does', () => {
  const hide = redactor({ patterns: all });
  const words = fc.array(fc.constantFrom('the', 'cat', 'sat', '42', 'on: it'), { maxLength: 4 });
  fc.assert(
    fc.property(words, anySecret, words, fc.nat({ max: 6 }), (before, secret, after, depth) => {
      let value: Json = [...before, secret, ...after].join(' ');
      for (let level = 0; level < depth; level += 1)
        value = level % 2 === 0 ? [value] : { k: value };
      const shown = JSON.stringify(hide(value));
      const core = secret.replace(/^(?:Bearer |https:\/\/user:|api_key = ")/, '').slice(0, 8);
      expect(shown).not.toContain(core);
      for (const word of [...before, ...after]) expect(shown).toContain(word);
    }),
  );
});

test('a hostile text is redacted in time that grows with its length', () => {
  const hide = redactor({ patterns: all });
  for (const part of ['a@', 'a.', '4', 'eyJ', '-----BEGIN ', 'secret=', '1 ', 'sk-', 'ab://']) {
    const text = part.repeat(50_000);
    const started = process.cpuUsage().user;
    hide(text);
    expect(process.cpuUsage().user - started).toBeLessThan(2_000_000);
  }
});

test('the live handler sees redacted arguments, the program its result untouched', async () => {
  const send = defineOperation({
    name: 'demo/send',
    kind: 'external',
    input: z.string(),
    output: z.string(),
  });
  const seen: string[] = [];
  const live = liveHandler('live', [
    answer(send, (args) => {
      seen.push(args);
      return secrets.github;
    }),
  ]);
  const result = await within([redact({ redactor: redactor() }), live], () =>
    perform(send, `use ${secrets.github}`),
  );
  expect([seen, result]).toEqual([['use [redacted:key]'], secrets.github]);
});
