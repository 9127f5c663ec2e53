import { expect, test } from 'vitest';
import { assemble, parseHex, printReport, reportJson, validate } from '../index.ts';

const registerReport = (hex: string) =>
  validate({ machine: 'register', code: parseHex(hex) }, { name: 'x' });

test('the published example "core" is verified and compared with every runtime', () => {
  const report = reportJson(registerReport('18002a1801082000010220020001100200'));
  expect(report).toMatchObject({
    filename: 'x',
    bytecode_len: 17,
    instruction_count: 6,
    errors: [],
    warnings: [],
    verified: true,
    irreducible_core_only: false,
    control_flow: { unreachable: [], jump_targets: [], out_of_bounds_targets: [] },
    runtime_compatibility: {
      wasm: {
        supported: 4,
        total: 4,
        coverage_pct: 100,
        status: 'FULL COMPATIBILITY',
        missing: [],
      },
      python: { supported: 4, total: 4 },
      go: { supported: 1, total: 4, coverage_pct: 25, status: 'LIMITED COMPATIBILITY' },
    },
  });
});

test('what the original passes over in silence is a warning', () => {
  const { findings } = registerReport('1b01ff00');
  expect(findings.map(({ message }) => message)).toEqual([
    '0x0000: ANDI is NOP-stubbed on WASM runtime',
  ]);
});

test('a program of the core alone is called so', () => {
  const { code } = assemble('MOVI R0, 1\nADD R0, R0, R0\nHALT');
  const text = printReport(validate({ machine: 'register', code }, { name: 'core.flux' }));
  expect(text).toContain('[+] IRREDUCIBLE CORE ONLY');
  expect(text).toContain('0x0000: [IMPL][CORE][WP-C-] MOVI R0, 1 180001');
});

test('a stack program has a class of portability and no runtime table', () => {
  const { code } = assemble('PUSH 1\nPUSH 2\nSUB\nLOAD 0\nHALT');
  const report = validate({ machine: 'stack', code }, { name: 'x' });
  expect(reportJson(report)).toMatchObject({
    portability: 'P3',
    runtime_compatibility: {},
    irreducible_core_only: null,
  });
  expect(printReport(report)).toContain('  0x000B: LOAD 0 400000');
});

test('targets outside the code are errors and listed', () => {
  const report = reportJson(registerReport('4300640000'));
  expect(report).toMatchObject({
    errors: ['0x0000: JMP target 0x0068 exceeds bytecode length (5)'],
    control_flow: { jump_targets: [104], out_of_bounds_targets: [104] },
    verified: false,
  });
});
