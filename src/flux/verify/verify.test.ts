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

const findings = (source: string, machine: MachineName = 'stack'): readonly Finding[] =>
  verify(assemble(source, { machine }).code, { machine }).findings;

const says = (source: string, machine: MachineName = 'stack'): readonly string[] =>
  findings(source, machine).map(({ severity, message }) => `${severity}: ${message}`);

test.each(['55001c00001455001e00001601000014', '55010c00001455001e00001601000014'])(
  'the roadmap example %s is refused for its underflow',
  (hex) => {
    const [first] = verify(parseHex(hex), { machine: 'stack' }).findings;
    expect(first).toEqual({
      severity: 'error',
      code: 'underflow',
      pc: 5,
      message: 'stack underflow at 0x0005: MOD takes 2 values from the stack, which holds 1',
    });
  },
);

test.each([
  ['', 'stack', 'empty'],
  ['03', 'stack', 'unknown-opcode'],
  ['5500', 'stack', 'truncated'],
  ['ff01', 'stack', 'truncated'],
  ['501000', 'stack', 'target-out-of-range'],
  ['50010000', 'stack', 'target-inside-instruction'],
  ['43000500', 'register', 'target-out-of-range'],
  ['4300f0ff', 'register', 'target-out-of-range'],
  ['4300ffff', 'register', 'target-inside-instruction'],
  ['70000000', 'register', 'unimplemented'],
  ['7f', 'register', 'unknown-opcode'],
  ['2001', 'register', 'truncated'],
] as const)('the bytes %j of machine %s have the error %s', (hex, machine, code) => {
  const code_ = hex === '' ? new Uint8Array() : parseHex(hex);
  const { findings, program } = verify(code_, { machine });
  expect(findings).toContainEqual(expect.objectContaining({ severity: 'error', code }));
  expect(program).toBeUndefined();
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

test('too little on some ways only is possible, not certain', () => {
  expect(says('PUSH 1\nx: POP\nJNZ x\nHALT')).toEqual([
    'unproven: possible stack underflow at 0x0005: POP takes 1 value from the stack, which holds 0 to 1',
  ]);
});

test('a called routine may use what its caller left, and its callers must leave it', () => {
  const routine = 'CALL f\nHALT\nf: POP\nRET';
  expect(says(`PUSH 1\n${routine}`)).toEqual([]);
  expect(says(routine)).toEqual([
    'error: stack underflow at 0x0000: the routine at 0x0004 takes 1 from the stack, which holds 0',
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

test('recursion that takes ever more is not proven', () => {
  expect(says('CALL f\nHALT\nf: POP\nCALL f\nRET').join()).toContain('underflow at 0x0000');
});

test('an initial stack counts', () => {
  const { code } = assemble('ADD\nHALT');
  expect(verify(code, { machine: 'stack', initialDepth: 2 }).program).toBeDefined();
  expect(verify(code, { machine: 'stack', initialDepth: 1 }).program).toBeUndefined();
});

test('a return without a call is refused', () => {
  expect(says('RET')).toEqual(['error: call stack underflow at 0x0000: RET without a CALL']);
  expect(says('RET', 'register')).toEqual(['error: stack underflow at 0x0000: RET without a CALL']);
});

test('on R a routine must leave its return address alone', () => {
  expect(says('CALL f\nHALT\nf: PUSH R1\nPOP R2\nRET', 'register')).toEqual([]);
  expect(says('CALL f\nHALT\nf: PUSH R1\nRET', 'register')).toEqual([
    'unproven: 0x0007: RET may return to a value that PUSH left, not to its caller',
  ]);
  expect(says('CALL f\nHALT\nf: POP R1\nPUSH R1\nRET', 'register')[0]).toBe(
    'unproven: 0x0005: POP may take the return address of its routine',
  );
});

test('a jump by a register is proven when the register is constant', () => {
  expect(says('MOVI R5, -7\nx: NOP\nDEC R1\nJNZ R1, R5\nHALT', 'register')).toEqual([]);
  expect(says('ADD R5, R1, R2\nJNZ R1, R5\nHALT', 'register')).toEqual([
    'unproven: 0x0004: JNZ takes its distance from a register that is not constant',
  ]);
  expect(says('MOVI R5, 2\nJNZ R1, R5\nINC R1\nHALT', 'register')).toEqual([]);
  expect(says('MOVI R5, 1\nJNZ R1, R5\nINC R1\nHALT', 'register')[0]).toContain(
    'where no instruction begins',
  );
});

test('loops that nothing ends are named', () => {
  const endless = 'from here the program never ends';
  expect(says('NOP\nx: JMP x')).toEqual([`warning: 0x0000: ${endless}`]);
  expect(says('x: CALL f\nJMP x\nf: RET')).toEqual([`warning: 0x0000: ${endless}`]);
  expect(says('x: CALL f\nJMP x\nf: HALT')).not.toContainEqual(expect.stringContaining(endless));
  expect(says('PUSH 1\nx: DEC\nJNZ x\nHALT')).toEqual([]);
});

test('code that is never reached, a missing HALT and certain traps are named', () => {
  expect(says('HALT\nNOP\nNOP')).toEqual([
    'warning: 0x0001: NOP and what follows it can never be reached',
  ]);
  expect(says('NOP')).toEqual(['warning: 0x0000: the code can run off its end, a HALT is missing']);
  expect(says('LOAD 65533\nHALT')).toEqual([
    'error: 0x0000: LOAD at address 65533 is outside memory (0 to 65532)',
  ]);
  expect(says('PUSH -4\nPEEK\nHALT')).toEqual([
    'warning: 0x0005: PEEK at address -4 is outside memory (0 to 65532)',
  ]);
  expect(
    says('MOVI R1, -4\nLOADOFF R2, R1, 0\nMOVI R3, 0\nDIV R1, R1, R3\nHALT', 'register'),
  ).toEqual([
    'warning: 0x0003: LOADOFF at address -4 is outside memory (0 to 65532)',
    'warning: 0x000B: DIV divides by the constant zero',
  ]);
  expect(says('SYS 9\nTELL R1, R2, R3\nHALT', 'register')).toEqual([
    'warning: 0x0000: SYS has the services 0 to 3 only',
    'info: 0x0002: TELL asks the host and traps where there is none',
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
    { numRuns: 4000 },
  );
  expect(proven).toBeGreaterThan(200);
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
    { numRuns: 6000 },
  );
  expect(proven).toBeGreaterThan(200);
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
