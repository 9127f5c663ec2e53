import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { manualClock } from '../../base/index.ts';
import {
  adapterRuntime,
  assemble,
  builtinSuite,
  compiledRuntime,
  conformanceJson,
  escapeOpcodes,
  FluxError,
  interpreterRuntime,
  parseSuite,
  printConformance,
  printUpstream,
  type Runtime,
  runConformance,
  runUpstream,
  toHex,
} from '../index.ts';

const clock = manualClock(0);
const v2 = builtinSuite('v2');

/** A machine that subtracts where it should add. */
const broken: Runtime = {
  name: 'broken',
  machines: ['stack'],
  run: (vector) =>
    interpreterRuntime.run({
      ...vector,
      code: vector.code.map((byte) => (byte === 16 ? 17 : byte)),
    }),
};

test('the 113 built-in vectors pass on the reference machine and compiled', async () => {
  const runtimes = [interpreterRuntime, compiledRuntime];
  const report = await runConformance({ suite: v2, runtimes, clock });
  expect(report.passed).toBe(true);
  expect(report.runtimes[0]).toMatchObject({ total: 113, passed: 113, failed: 0 });
  expect(report.runtimes[0]?.categories).toMatchObject({
    arith: { total: 27 },
    logic: { total: 16 },
    conf: { passed: 7 },
  });
});

test('the v3 suite passes, with three vectors and more for every extension instruction', async () => {
  const suite = builtinSuite('v3');
  const runtimes = [interpreterRuntime, compiledRuntime];
  const report = await runConformance({ suite, runtimes, clock });
  expect(report.results.filter(({ passed }) => !passed)).toEqual([]);
  for (const { name } of escapeOpcodes) {
    const count = suite.vectors.filter(({ tests }) => tests === name).length;
    expect(count, name).toBeGreaterThanOrEqual(3);
  }
});

test('the source beside a vector assembles to its bytes', () => {
  const file = new URL('../../../test/vectors/flux/vectors-v3-suite.json', import.meta.url);
  const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as {
    vectors: { name: string; source?: string[]; bytecode: string }[];
  };
  for (const { name, source, bytecode } of vectors) {
    if (source === undefined) continue;
    const { code } = assemble(source.join('\n'), { machine: 'stack' });
    expect(toHex(code), name).toBe(bytecode);
  }
});

test('the upstream files pass as far as they can, and every failure is explained', async () => {
  const second = await runUpstream('v2', interpreterRuntime, clock);
  expect(second).toMatchObject({ total: 161, passed: 108, explained: true });
  const third = await runUpstream('v3', interpreterRuntime, clock);
  expect(third).toMatchObject({ total: 62, passed: 24, explained: true });
  expect(third.notes).toEqual(['total_vectors says 68, there are 62']);
  expect(printUpstream(second)).toContain(
    '[truncating-mod] arith_mod_neg: stack is [2], expected [-1]',
  );
  expect(printUpstream(second)).toContain(
    '[malformed] arith_add_from_stack: bytecode_hex is a list',
  );
});

test('a broken machine fails', async () => {
  const report = await runConformance({ suite: v2, runtimes: [broken], clock });
  expect(report.passed).toBe(false);
  expect(printConformance(report)).toContain(
    '[FAIL] arith_add_positive: stack is [-1], expected [7]',
  );
});

test('a machine that breaks down fails its case and nothing else', async () => {
  const dying: Runtime = {
    ...broken,
    run: (vector) => {
      if (vector.name === 'sys_nop_noop') throw new RangeError('out of order');
      return interpreterRuntime.run(vector);
    },
  };
  const report = await runConformance({ suite: v2, runtimes: [dying], clock });
  expect(report.runtimes[0]).toMatchObject({ passed: 112, failed: 1 });
  expect(conformanceJson(report)).toMatchObject({
    test_vector_count: 113,
    runtimes: [{ runtime_name: 'broken', failed_tests: ['sys_nop_noop'], errors: 1 }],
  });
});

test('vectors are selected by category and class, and an empty selection fails', async () => {
  const runtimes = [interpreterRuntime];
  const floats = await runConformance({ suite: v2, runtimes, clock, category: 'float' });
  expect(floats.vectors).toBe(6);
  const first = await runConformance({ suite: v2, runtimes, clock, tier: 'P0' });
  expect(Object.keys(first.runtimes[0]?.tiers ?? {})).toEqual(['P0']);
  const none = runConformance({ suite: v2, runtimes, clock, category: 'nothing' });
  await expect(none).rejects.toThrow(/nothing was tested/);
  const other = runConformance({ suite: v2, runtimes, clock, machine: 'register' });
  await expect(other).rejects.toThrow(FluxError);
});

test('runtimes are compared vector by vector', async () => {
  const twin: Runtime = { ...interpreterRuntime, name: 'twin' };
  const alike = await runConformance({ suite: v2, runtimes: [interpreterRuntime, twin], clock });
  expect(alike.passed).toBe(true);
  expect(printConformance(alike)).toContain('arith_add_positive: interpreter=[7] twin=[7] ✓ AGREE');
  expect(printConformance(alike)).toMatch(/113\/113 agree across 2 runtimes$/);
  const unlike = await runConformance({ suite: v2, runtimes: [interpreterRuntime, broken], clock });
  expect(unlike.passed).toBe(false);
  expect(printConformance(unlike)).toContain('broken=[-1] ✗ DISAGREE');
});

test('an adapter in another language is a runtime', async () => {
  const script = fileURLToPath(
    new URL('../../../test/vectors/flux/python-adapter.py', import.meta.url),
  );
  const python = await adapterRuntime(['python3', script]);
  const runtimes = [interpreterRuntime, python];
  const suite = { ...v2, vectors: v2.vectors.slice(5, 13) };
  const report = await runConformance({ suite, runtimes, clock });
  expect(report.runtimes.map(({ passed }) => passed)).toEqual([8, 8]);
  expect(report.agreements.every(({ agree }) => agree)).toBe(true);
});

test('an adapter that is absent, silent, slow or failing is told apart', async () => {
  await expect(adapterRuntime(['/nonexistent/adapter'])).rejects.toThrow(
    /does not answer --version/,
  );
  const answers = [
    { code: 0, stdout: 'not json', stderr: '', timedOut: false },
    { stdout: '', stderr: '', timedOut: true },
    { code: 3, stdout: '', stderr: 'no such opcode', timedOut: false },
    { code: 0, stdout: '{"passed":true,"actual_stack":[1]}', stderr: '', timedOut: false },
  ];
  const version = { code: 0, stdout: '1', stderr: '', timedOut: false };
  const silent = await adapterRuntime(['x'], async (command) =>
    command.includes('--version') ? version : (answers.shift() ?? version),
  );
  const report = await runConformance({
    suite: { ...v2, vectors: v2.vectors.slice(5, 9) },
    runtimes: [silent],
    clock,
  });
  expect(report.results.map(({ mistakes }) => mistakes[0])).toEqual([
    'no answer: not json',
    'Timeout (30s)',
    'no such opcode',
    expect.stringMatching(/^stack is \[1\]/),
  ]);
});

test('a file that is wrong is refused with what is wrong', () => {
  const vector = {
    name: 'a_b',
    bytecode_hex: '00',
    initial_stack: [],
    expected_stack: [],
    expected_flags: -1,
    allow_float_epsilon: false,
    description: '',
  };
  const file = (...vectors: readonly object[]) =>
    JSON.stringify({ version: '2.0', total_vectors: 1, vectors });
  const cases: readonly (readonly [text: string, message: RegExp])[] = [
    ['{', /x\.json: /],
    ['[]', /expected object/],
    [file(vector, { ...vector, name: 'c' }), /total_vectors says 1, there are 2/],
    [file(vector, vector), /the name a_b is used twice/],
    [file({ ...vector, bytecode_hex: '123' }), /a_b: bytecode_hex is not hex in pairs/],
    [file({ ...vector, bytecode_hex: [0] }), /a_b: bytecode_hex is a list, not text/],
    [file({ ...vector, expected_flags: 'Z' }), /a_b: expected_flags is not a number/],
    ['{"format":"flux-vectors/1"}', /suite: /],
    [
      '{"format":"flux-vectors/1","suite":"s","machine":"stack","total":1,"vectors":[{"name":"n"}]}',
      /n: vectors\.0\.category/,
    ],
  ];
  for (const [text, message] of cases) {
    expect(() => parseSuite(text, 'x.json'), text).toThrow(message);
    expect(() => parseSuite(text, 'x.json'), text).toThrow(FluxError);
  }
});
