import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Json, systemClock } from '../../base/index.ts';
import { runJavaScript } from './run-javascript.ts';

const run = (source: string, input: Json = null, limits = {}) =>
  runJavaScript({ source, input }, { timer: systemClock, limits });

test('code answers the value of its last expression and what it printed', async () => {
  expect(await run('console.log("a", { b: 1 }); input.n * 2', { n: 21 })).toEqual({
    value: 42,
    output: 'a {"b":1}\n',
  });
  expect((await run('(async () => { await null; return [input]; })()', 'x')).value).toEqual(['x']);
  expect((await run('undefined')).value).toBe(null);
});

test('code sees its input and the language, nothing of this machine', async () => {
  const names = [
    'process',
    'require',
    'fetch',
    'Deno',
    'std',
    'os',
    'WebAssembly',
    'setTimeout',
    'XMLHttpRequest',
  ];
  const source = `[${names.map((name) => `typeof ${name}`).join(',')}]`;
  expect((await run(source)).value).toEqual(names.map(() => 'undefined'));
  await expect(run('import("node:fs")')).rejects.toMatchObject({ code: 'agent/code-failed' });
  await expect(run('this.constructor.constructor("return process")().env')).rejects.toMatchObject({
    message: expect.stringContaining('process'),
  });
});

test('what throws is told with its message; JSON may be replaced and changes nothing', async () => {
  await expect(run('throw new TypeError("no")')).rejects.toMatchObject({
    code: 'agent/code-failed',
    message: 'the code failed with TypeError: no',
  });
  await expect(run('Promise.reject(new Error("later"))')).rejects.toMatchObject({
    message: 'the code failed with Error: later',
  });
  await expect(run('new Promise(() => {})')).rejects.toMatchObject({
    message: expect.stringContaining('never comes'),
  });
  expect((await run('JSON.stringify = () => "\\"stolen\\""; 7')).value).toBe(7);
});

test.each([
  ['for (;;);', { timeoutMillis: 300 }],
  ['/(a+)+$/.test("a".repeat(40) + "b")', { timeoutMillis: 300 }],
  ['const a = []; for (;;) a.push("x".repeat(1e6) + a.length)', { memoryBytesMax: 8 << 20 }],
])('code that uses too much is stopped: %s', async (source, limits) => {
  await expect(run(source, null, limits)).rejects.toMatchObject({ code: 'agent/sandbox-limit' });
});

test('endless recursion is an error of the code', async () => {
  await expect(run('const f = () => f() + 1; f()')).rejects.toMatchObject({
    code: expect.stringMatching(/^agent\/(?:code-failed|sandbox-limit)$/),
  });
});

test('what is printed without end is cut', async () => {
  const { output } = await run('for (let i = 0; i < 1e5; i += 1) console.log("line")', null, {
    outputLengthMax: 1000,
  });
  expect(output.length).toBeLessThan(1100);
  expect(output).toMatch(/\[cut: it printed more\]$/);
});

test('every JSON value goes in and comes out as it is', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.jsonValue(), { maxLength: 5 }), async (values) => {
      const plain = JSON.parse(JSON.stringify(values)) as Json;
      expect((await run('input', plain)).value).toEqual(plain);
    }),
    { numRuns: 10 },
  );
});
