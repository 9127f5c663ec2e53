import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assemble } from '../assembly/assemble.ts';
import { FluxError } from '../error.ts';
import { encodeGenome, genes, isJump } from '../evolve/genome.ts';
import type { MachineName } from '../machine.ts';
import { readProgramFile } from '../program-file.ts';
import { verify } from '../verify/verify.ts';
import { compareTranslation, translate } from './translate.ts';

const source = (machine: MachineName, text: string): Uint8Array =>
  assemble(text.replaceAll(' / ', '\n'), { machine }).code;

/** Translates, runs both, and expects no difference. */
function agrees(
  machine: MachineName,
  text: string,
  start: Parameters<typeof compareTranslation>[1] = {},
) {
  const initialDepth = start.stack?.length ?? 0;
  const translation = translate(source(machine, text), { from: machine, initialDepth });
  const comparison = compareTranslation(translation, start);
  expect(comparison).toMatchObject({ differences: [], isCut: false });
  return { translation, comparison };
}

test.each([
  ['a sum', 'PUSH 5 / PUSH 7 / ADD / HALT', []],
  ['large constants', 'PUSH -2147483648 / PUSH 2147483647 / PUSH 65536 / PUSH -32769 / HALT', []],
  ['juggling', 'DUP / OVER / SWAP / ROT / HALT', [3, 4, 5]],
  [
    'floored remainders',
    'PUSH 3 / MOD / PUSH -7 / PUSH 3 / MOD / PUSH 7 / PUSH -3 / MOD / HALT',
    [-7],
  ],
  ['comparisons', 'OVER / OVER / LE / ROT / ROT / GE / HALT', [4, 4]],
  [
    'memory',
    'PUSH 9 / STORE 40000 / LOAD 40000 / PUSH 8 / PUSH 77 / POKE / PUSH 8 / PEEK / HALT',
    [],
  ],
  ['Z is clear at the start', 'JNZ yes / PUSH 1 / HALT / yes: / PUSH 2 / HALT', []],
  ['running off the end', 'PUSH 1 / NOP', []],
  ['a trap for division', 'PUSH 1 / PUSH 0 / DIV / HALT', []],
  ['a trap for memory', 'PUSH -4 / PEEK / HALT', []],
])('from S: %s', (_, text, stack) => {
  agrees('stack', text, { stack });
});

test('a loop of S keeps its stack in registers', () => {
  const { comparison } = agrees(
    'stack',
    'PUSH 0 / SWAP / loop: / SWAP / OVER / ADD / SWAP / DEC / JNZ loop / POP / HALT',
    { stack: [100] },
  );
  expect(comparison.endings).toEqual(['halt', 'halt']);
});

test('a routine of S called at two depths is written twice', () => {
  const { translation } = agrees(
    'stack',
    'PUSH 2 / CALL twice / PUSH 3 / CALL twice / HALT / twice: / DUP / ADD / RET',
  );
  expect(translation.assembly.match(/ADD R/g)).toHaveLength(2);
});

test.each([
  ['a sum', 'MOVI R1, 5 / MOVI R2, 7 / ADD R0, R1, R2 / HALT'],
  ['truncated remainders', 'MOVI R1, -7 / MOVI R2, 3 / MOD R0, R1, R2 / MOD R3, R2, R1 / HALT'],
  [
    'smaller, larger, absolute',
    'MOVI R1, -7 / MOVI R2, 3 / MIN R3, R1, R2 / MAX R4, R1, R2 / ABS R5, R1 / HALT',
  ],
  ['LOOP', 'MOVI R1, 10 / MOVI R0, 0 / add: / ADD R0, R0, R1 / LOOP R1, add / HALT'],
  [
    'jumps by sign',
    'MOVI R1, -1 / JLT R1, minus / MOVI R0, 1 / HALT / minus: / JGT R1, no / MOVI R0, 2 / HALT / no: / HALT',
  ],
  [
    'PUSH, POP and calls',
    'MOVI R1, 4 / PUSH R1 / CALL double / POP R2 / HALT / double: / ADD R1, R1, R1 / RET',
  ],
  ['values left on the stack', 'MOVI R1, 4 / PUSH R1 / PUSH R1 / HALT'],
  [
    'memory',
    'MOVI16 R1, 1000 / MOVI R2, 42 / STOREOF R2, R1, 4 / MOVI R3, 4 / LOAD R0, R1, R3 / LOADI R4, R1, 3 / HALT',
  ],
  ['a trap for division', 'MOVI R1, 1 / DIV R0, R1, R2 / HALT'],
  ['a trap for memory', 'MOVI16 R1, -1 / LOADOFF R0, R1, 0 / HALT'],
  ['RESET and VER', 'MOVI R3, 9 / RESET / VER / HALT'],
  ['running off the end', 'MOVI R0, 1 / NOP'],
])('from R: %s', (_, text) => {
  agrees('register', text, { registers: [1, 2, 0, 4] });
});

test.each<[MachineName, string, string]>([
  ['stack', 'PUSH 1 / PUSH 2 / FADD / HALT', '0x000A: FADD has no equal on machine R'],
  ['stack', 'BREAK', '0x0000: BREAK has no equal on machine R'],
  ['stack', 'PUSH 1 / SIGNAL 3 / HALT', '0x0005: SIGNAL has no equal on machine R'],
  ['stack', 'TIME_NOW / HALT', '0x0000: TIME_NOW has no equal on machine R'],
  ['stack', 'loop: / PUSH 1 / JMP loop', '0x0000: the code here is reached with ever more values'],
  ['register', 'MOVI R0, 1 / SYS 0 / HALT', '0x0003: SYS has no equal on machine S'],
  ['register', 'FADD F0, F1, F2 / HALT', '0x0000: FADD has no equal on machine S'],
  ['register', 'JAL R1, next / next: / HALT', '0x0000: JAL puts an address of machine R'],
  ['register', 'TELL R0, R1, R2 / HALT', '0x0000: TELL has no equal on machine S'],
])('from %s: %s is refused with its address', (machine, text, message) => {
  const translating = () => translate(source(machine, text), { from: machine });
  expect(translating).toThrow(message);
});

test('a program that is not proven is refused before it is translated', () => {
  expect(() => translate(Uint8Array.of(0x10), { from: 'stack' })).toThrow('stack underflow');
});

test('memory that the registers of R need traps instead of reaching them', () => {
  const text = 'MOVI16 R1, -1 / MOVI R2, 16 / SHL R1, R1, R2 / LDR: / HALT';
  const code = source('register', text.replace('LDR: / ', ''));
  expect(translate(code, { from: 'register' }).correspondence).toMatchObject({
    to: 'stack',
    memoryEnd: 65_536 - 12,
  });
  const last = 'MOVI16 R1, 32764 / ADD R1, R1, R1 / ADDI R1, 4 / LOADOFF R0, R1, 0 / HALT';
  const comparison = compareTranslation(translate(source('register', last), { from: 'register' }));
  expect(comparison.endings).toEqual(['halt', 'trap']);
});

const genome = fc
  .array(
    fc.record({
      code: fc.nat({ max: genes.length - 1 }),
      constant: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer()),
      jump: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    { maxLength: 16 },
  )
  .map((instructions) => ({
    codes: instructions.map(({ code }) => code),
    operands: instructions.map(({ code, constant, jump }) =>
      isJump(code) ? Math.floor(jump * (instructions.length + 0.999)) : constant,
    ),
  }));

test('random programs of S do the same on R, and back again on S', () => {
  let translated = 0;
  fc.assert(
    fc.property(
      genome,
      fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 4, maxLength: 4 }),
      (given, stack) => {
        const code = encodeGenome(given);
        const initialDepth = stack.length;
        if (verify(code, { machine: 'stack', initialDepth }).program === undefined) return;
        let onRegister: ReturnType<typeof translate>;
        try {
          onRegister = translate(code, { from: 'stack', initialDepth });
        } catch (error) {
          expect(error).toBeInstanceOf(FluxError);
          return;
        }
        translated += 1;
        expect(compareTranslation(onRegister, { stack, steps: 500 }).differences).toEqual([]);
        const back = translate(onRegister.code, { from: 'register' });
        const start = { registers: stack, steps: 2000 };
        expect(compareTranslation(back, start).differences).toEqual([]);
      },
    ),
    { numRuns: 1500 },
  );
  expect(translated).toBeGreaterThan(100);
});

const folder = new URL('../../../examples/flux/', import.meta.url);

test('each program of the library is translated and agrees, or is refused with an address', () => {
  const outcomes = readdirSync(folder)
    .filter((name) => name.endsWith('.flux'))
    .map((name) => {
      const { program, start } = readProgramFile(readFileSync(new URL(name, folder), 'utf8'));
      const { machine: from, code, data } = program;
      const stack = (start.stack ?? []) as readonly number[];
      try {
        const translation = translate(code, { from, initialDepth: stack.length, data });
        return `${name}: ${compareTranslation(translation, { stack }).differences.join('; ') || 'agrees'}`;
      } catch (error) {
        return `${name}: ${error instanceof FluxError ? error.message : String(error)}`;
      }
    });
  expect(outcomes).toMatchInlineSnapshot(`
    [
      "a2a-signal.flux: 0x0005: SIGNAL has no equal on machine R",
      "confidence.flux: 0x0000: CONF_GET has no equal on machine R",
      "factorial.flux: 0x001B: the code here is reached with ever more values on the stack",
      "fibonacci.flux: agrees",
      "gcd.flux: agrees",
      "hello.flux: 0x0007: SYS has no equal on machine S",
      "matrix.flux: agrees",
      "prime-sieve.flux: agrees",
      "sort.flux: agrees",
      "sum.flux: 0x000E: SYS has no equal on machine S",
    ]
  `);
});
