import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  assemble,
  type Finding,
  FluxError,
  interpretRegister,
  type MachineName,
  parseHex,
  registerMachine,
  stackMachine,
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

/** Random register programs: few registers, many jumps, targets mostly on instructions. */
const registerLine = fc.oneof(
  fc.constantFrom(
    'PUSH R1',
    'POP R2',
    'RET',
    'HALT',
    'INC R1',
    'DEC R1',
    'SUB R1, R2, R3',
    'JZ R1, R4',
  ),
  fc.integer({ min: -20, max: 20 }).map((value) => `MOVI R4, ${value}`),
  fc
    .tuple(fc.constantFrom('JMP', 'CALL', 'JNZ R1,', 'JLT R2,', 'LOOP R1,'), fc.nat(9))
    .map(([jump, line]) => `${jump} L${line}`),
);
const registerSource = fc
  .array(registerLine, { minLength: 10, maxLength: 14 })
  .map((lines) => lines.map((line, index) => `L${index}: ${line}`).join('\n'));

test('a proven register program never underflows and never jumps wild', () => {
  let proven = 0;
  fc.assert(
    fc.property(registerSource, (source) => {
      const { code } = assemble(source, { machine: 'register' });
      const { program, findings } = verify(code, { machine: 'register' });
      // With routines, an instruction can be certain to fail on one way and fine on another.
      const errors = source.includes('CALL')
        ? []
        : findings.filter((each) => each.severity === 'error');
      const certain = new Set(errors.map(({ pc }) => pc));
      const places = new Set(program?.instructions.map(({ pc }) => pc));
      const machine = registerMachine(code, { ints: [0, 7, 3, 1] });
      for (let step = 1; step <= 300 && machine.ending === undefined; step += 1) {
        const { pc } = machine;
        if (program !== undefined && pc < code.length) expect(places.has(pc)).toBe(true);
        interpretRegister(machine, step);
        if (certain.has(pc)) expect(machine.ending).toBe('trap');
      }
      if (program === undefined) return;
      proven += 1;
      expect(['StackUnderflow', 'InvalidJump', 'UnknownOpcode']).not.toContain(machine.trap?.kind);
    }),
    { numRuns: 2000 },
  );
  expect(proven).toBeGreaterThan(100);
});

const stackLine = fc.oneof(
  fc.constantFrom('PUSH 1', 'PUSH 0', 'PUSH 2', 'POP', 'DUP', 'SWAP', 'ADD', 'DEC', 'ROT', 'RET'),
  fc.constantFrom('HALT', 'SUSPEND 1', 'RESUME', 'JOIN', 'CAP_INVOKE 1, 2', 'LISTEN 3', 'SIGNAL 3'),
  fc
    .tuple(fc.constantFrom('JMP', 'CALL', 'JZ', 'JNZ', 'JNZ'), fc.nat(9))
    .map(([jump, line]) => `${jump} L${line}`),
  fc.tuple(fc.nat(9), fc.nat(1)).map(([line, share]) => `FORK L${line}, ${share}`),
);
const stackSource = fc
  .array(stackLine, { minLength: 10, maxLength: 14 })
  .map((lines) => lines.map((line, index) => `L${index}: ${line}`).join('\n'));

test('a proven stack program never underflows, and its depth is as proven', () => {
  let proven = 0;
  const host = { capabilities: new Set([1]) };
  fc.assert(
    fc.property(stackSource, (source) => {
      const { code } = assemble(source, { machine: 'stack' });
      const { program } = verify(code, { machine: 'stack' });
      if (program === undefined) return;
      proven += 1;
      const machine = stackMachine(code, { host });
      const blocks = new Map(program.blocks.map(({ pc }, block) => [pc, block]));
      const isFlat = program.routines.length === 1;
      for (let step = 0; step < 300; step += 1) {
        const { pc, stack } = machine.context;
        const range = program.routines[0]?.depths.get(blocks.get(pc) ?? -1);
        if (isFlat && range !== undefined) {
          expect(stack.depth).toBeGreaterThanOrEqual(range.min);
          expect(stack.depth).toBeLessThanOrEqual(range.max);
        }
        const result = machine.advance(1);
        expect(['StackUnderflow', 'CallStackUnderflow', 'UnknownOpcode']).not.toContain(
          result?.trap?.kind,
        );
        if (result !== undefined && result.ending !== 'suspended') break;
      }
    }),
    { numRuns: 3000 },
  );
  expect(proven).toBeGreaterThan(100);
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
