import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  assemble,
  builtinSuite,
  type Finding,
  FluxError,
  type MachineName,
  parseHex,
  suiteNames,
  verified,
  verify,
} from '../index.ts';

interface VerifierVectors {
  readonly cases: readonly {
    readonly name: string;
    readonly machine: MachineName;
    readonly code: string;
    readonly initialDepth: number;
    readonly verified: boolean;
    readonly findings: readonly Finding[];
    readonly unreachable: readonly number[];
  }[];
}

const vectors: VerifierVectors = JSON.parse(
  readFileSync(new URL('../../../test/vectors/flux/verifier.json', import.meta.url), 'utf8'),
);

test.each(vectors.cases)('$machine: $name', ({ machine, code, initialDepth, ...expected }) => {
  const bytes = code === '' ? new Uint8Array() : parseHex(code);
  const { program, findings, unreachable } = verify(bytes, { machine, initialDepth });
  expect(program !== undefined).toBe(expected.verified);
  expect(findings).toEqual(expected.findings);
  expect(unreachable).toEqual(expected.unreachable);
});

test('a program over the size limit is refused before it is decoded', () => {
  const { findings } = verify(new Uint8Array(10_000_000), { machine: 'register' });
  expect(findings).toEqual([
    {
      severity: 'error',
      code: 'too-long',
      pc: 0,
      message: 'the program has 10000000 bytes, more than 1048576',
    },
  ]);
});

test('recursion is followed', () => {
  const factorial =
    'PUSH 12\nCALL f\nHALT\nf: DUP\nPUSH 1\nLE\nJZ rec\nPOP\nPOP\nPUSH 1\nRET\n' +
    'rec: POP\nDUP\nDEC\nCALL f\nMUL\nRET';
  const { program } = verify(assemble(factorial).code, { machine: 'stack' });
  expect(program?.routines.map(({ kind, need, change }) => ({ kind, need, change }))).toEqual([
    { kind: 'main', need: 0, change: undefined },
    { kind: 'call', need: 1, change: { min: 0, max: 0 } },
  ]);
});

test('a refused program is a tagged error with its findings', () => {
  expect(() => verified(parseHex('10'), { machine: 'stack' })).toThrow(FluxError);
});

test('the blocks of a proven program say where control goes', () => {
  const { program } = verify(assemble('PUSH 1\nx: DEC\nJNZ x\nCALL f\nHALT\nf: RET').code, {
    machine: 'stack',
  });
  expect(program?.blocks).toEqual([
    { pc: 0, first: 0, count: 1, next: 1 },
    { pc: 5, first: 1, count: 2, next: 2, target: 1 },
    { pc: 9, first: 3, count: 1, next: 3, callee: 4 },
    { pc: 12, first: 4, count: 1 },
    { pc: 13, first: 5, count: 1 },
  ]);
});

const wild = ['StackUnderflow', 'CallStackUnderflow', 'InvalidJump', 'UnknownOpcode'];

test.each(suiteNames)('no vector of the suite %s fails on what its proof excludes', (name) => {
  const proven = builtinSuite(name).vectors.filter(({ machine, code, start }) => {
    const initialDepth = start.stack.length;
    return start.frames.length === 0 && verify(code, { machine, initialDepth }).program;
  });
  expect(proven.length).toBeGreaterThan(50);
  const broken = proven.filter(({ expect: { trap } }) => wild.includes(trap?.kind ?? ''));
  expect(broken.map((each) => each.name)).toEqual([]);
});

test('a program of many entangled routines is answered in bounded time', () => {
  const names = Array.from({ length: 4000 }, (_, index) => `L${index}`);
  const source = `${names.map((name) => `CALL ${name}`).join('\n')}\nHALT\n${names
    .map((name) => `${name}: NOP`)
    .join('\n')}\nRET`;
  const { findings, program } = verify(assemble(source, { machine: 'stack' }).code, {
    machine: 'stack',
  });
  expect(findings).toContainEqual(expect.objectContaining({ code: 'too-complex' }));
  expect(program).toBeUndefined();
});

test('many ways to one place, each with fewer values, do not make its stack look empty', () => {
  const depths = Array.from({ length: 20 }, (_, index) => 20 - index);
  const ways = depths.map((depth) => `l${depth}:\n${'PUSH 1\n'.repeat(depth)}JMP out`);
  const source = [
    ...depths.map((depth) => `JNZ l${depth}`),
    'HALT',
    ...ways,
    'out: PUSH 2',
    'HALT',
  ];
  const { program, findings } = verify(assemble(source.join('\n')).code, { machine: 'stack' });
  expect(findings).toEqual([]);
  expect(program).toBeDefined();
});
