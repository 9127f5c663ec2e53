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
  type Finished,
  FluxError,
  interpreterRuntime,
  parseSuite,
  printConformance,
  printUpstream,
  type Runtime,
  runConformance,
  runProcess,
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

/** An adapter that gives these answers one after the other, and the last for ever. */
async function scripted(...answers: readonly Partial<Finished>[]) {
  const left = [...answers];
  const empty = { stdout: '', stderr: '', timedOut: false };
  const runtime = await adapterRuntime(['x'], async (command) => {
    if (command.includes('--version')) return { ...empty, code: 0 };
    return { ...empty, ...(left.length > 1 ? left.shift() : left[0]) };
  });
  const suite = { ...v2, vectors: v2.vectors.slice(5, 11) };
  const { results } = await runConformance({ suite, runtimes: [runtime], clock });
  return results.map(({ mistakes }) => mistakes[0]);
}

test('an adapter that is absent or empty is refused', async () => {
  for (const command of [['/nonexistent/adapter'], ['sh', '-c', 'exit 3'], []]) {
    await expect(adapterRuntime(command)).rejects.toThrow(FluxError);
  }
});

test('an adapter that talks rubbish, is slow, fails or only claims to pass is told apart', async () => {
  const mistakes = await scripted(
    { code: 0, stdout: 'not \u001b[2Jjson' },
    { timedOut: true },
    { code: 3, stderr: 'no such opcode' },
    { code: 0, stdout: '{"passed":true,"actual_stack":[1]}' },
    { code: 0, stdout: '{"passed":true}' },
    { code: 0, stdout: '{"passed":true,"error":"it broke","actual_stack":[8]}' },
  );
  expect(mistakes).toEqual([
    'no answer: not \\x1b[2Jjson',
    'Timeout (30s)',
    'no such opcode',
    expect.stringMatching(/^stack is \[1\]/),
    'it shows no stack',
    'it broke',
  ]);
});

test('an adapter that never answers is given up after three cases', async () => {
  const mistakes = await scripted({ timedOut: true });
  expect(mistakes.slice(0, 3)).toEqual(Array(3).fill('Timeout (30s)'));
  expect(new Set(mistakes.slice(3))).toEqual(
    new Set(['not asked: it did not answer 3 cases in a row']),
  );
});

test('a command that ignores signals, prints without end or leaves others behind is ended', async () => {
  const stubborn = await runProcess(['sh', '-c', "trap '' TERM; sleep 60 & sleep 60"], '', 100);
  expect(stubborn).toEqual({ stdout: '', stderr: '', timedOut: true });
  const endless = await runProcess(['sh', '-c', 'yes'], '', 20_000);
  expect(endless).toMatchObject({ timedOut: false, stderr: 'it printed more than 16777216 bytes' });
  expect(endless.code).toBeUndefined();
  expect(await runProcess(['sh', '-c', 'cat; exit 7'], 'heard', 20_000)).toEqual({
    ...{ code: 7, stdout: 'heard', stderr: '', timedOut: false },
  });
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
