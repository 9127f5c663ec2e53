import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  assemble,
  DebugSession,
  debugCommand,
  FluxError,
  printTraceEntry,
  runProgram,
  traceEntryJson,
  traceProgram,
} from '../index.ts';

const countdown = assemble('PUSH 3\nloop: DEC\nSTORE 8\nLOAD 8\nJNZ loop\ndone: HALT');
const registers = assemble('MOVI R1, 3\nloop: ADD R0, R0, R1\nDEC R1\nJNZ R1, loop\nSYS 0\nHALT');

test('steps go forward and back', () => {
  const session = new DebugSession(countdown);
  expect(session.step(2).view).toMatchObject({ step: 2, pc: 6, stack: ['2'] });
  expect(session.back().view).toMatchObject({ step: 1, pc: 5, stack: ['3'] });
  expect(session.back(5)).toMatchObject({ reason: 'start', view: { step: 0, pc: 0, stack: [] } });
});

test('a breakpoint at a label stops before it, each time round', () => {
  const session = new DebugSession(countdown);
  expect(session.breakAt('loop')).toBe(5);
  expect(session.run()).toMatchObject({ reason: 'breakpoint', view: { pc: 5, stack: ['3'] } });
  expect(session.run()).toMatchObject({ reason: 'breakpoint', view: { pc: 5, stack: ['2'] } });
  expect(session.clear('loop')).toBe(true);
  expect(session.run()).toMatchObject({ reason: 'end', view: { ending: 'halt', stack: ['0'] } });
});

test('a watch stops after the instruction that changes memory', () => {
  const session = new DebugSession(countdown);
  session.watch(8);
  expect(session.run()).toMatchObject({
    reason: 'watch',
    changed: [{ address: 8, length: 4 }],
    view: { pc: 9, step: 3 },
  });
  expect([...session.memory(8, 4)]).toEqual([2, 0, 0, 0]);
});

test('a register program shows its registers and output', () => {
  const session = new DebugSession(registers);
  session.breakAt('0x000D');
  expect(session.run().view.registers).toEqual(new Map([['R0', 6]]));
  expect(session.run().view.output).toEqual(['6']);
});

test('going back asks the host nothing twice and prints nothing twice', () => {
  const program = assemble('MOVI R1, 1\nASK R0, R1, R1\nSYS 0\nASK R2, R1, R1\nHALT');
  const asked: string[] = [];
  const printed: string[] = [];
  const host = {
    send: () => asked.push('asked'),
    output: (text: string) => printed.push(text),
  };
  const session = new DebugSession(program, { host });
  session.step(3);
  session.back(3);
  expect(session.run().view.registers).toEqual(new Map(Object.entries({ R0: 1, R1: 1, R2: 2 })));
  expect([asked.length, printed]).toEqual([2, ['1']]);
});

test('a place that is none and memory that is outside are tagged errors', () => {
  const session = new DebugSession(countdown);
  expect(() => session.breakAt('nowhere')).toThrow(FluxError);
  expect(() => session.breakAt(6.5)).toThrow(FluxError);
  expect(() => session.breakAt(1)).toThrow(FluxError);
  expect(() => session.memory(65_535, 4)).toThrow(FluxError);
  expect(() => session.watch(-1)).toThrow(FluxError);
});

test('a trap is shown where it happened', () => {
  const session = new DebugSession(assemble('PUSH 1\nPUSH 0\nDIV\nHALT'));
  expect(session.run().view).toMatchObject({ pc: 10, trap: { kind: 'DivisionByZero' } });
});

test('the console carries out commands and answers with text and data', () => {
  const session = new DebugSession(countdown);
  expect(debugCommand(session, 'break done')?.text).toBe('stops at 0x000F');
  expect(debugCommand(session, 'run')?.text).toBe(
    'breakpoint\nstep 13  0x000F <done> line 6  HALT\n  stack [0]  flags 01',
  );
  expect(debugCommand(session, 'memory 8 4')).toEqual({
    data: { address: 8, bytes: '00000000' },
    text: '0x0008  00 00 00 00',
  });
  expect(debugCommand(session, 'back')?.data).toMatchObject({ pc: 12, next: 'JNZ 5' });
  expect(debugCommand(session, 'list')?.text).toContain(' * 0x000F  HALT');
  expect(debugCommand(session, 'quit')).toBeUndefined();
});

test('any line is carried out or refused with a tagged error', () => {
  const word = fc.constantFrom(
    'step',
    'back',
    'run',
    'break',
    'watch',
    'memory',
    'loop',
    '8',
    '-1',
    'x',
    '1e9',
    '',
  );
  fc.assert(
    fc.property(fc.array(fc.array(word, { maxLength: 3 }), { maxLength: 6 }), (lines) => {
      const session = new DebugSession(countdown);
      for (const words of lines) {
        try {
          debugCommand(session, words.join(' '));
        } catch (error) {
          expect(error).toBeInstanceOf(FluxError);
        }
      }
    }),
  );
});

test('a trace has one entry for every instruction', () => {
  const { entries, omitted, result } = traceProgram(assemble('PUSH 5\nPUSH 7\nADD\nHALT'));
  expect(entries.map(printTraceEntry)).toEqual([
    '     1  0x0000  PUSH 5                [5]',
    '     2  0x0005  PUSH 7                [5, 7]',
    '     3  0x000A  ADD                   [12]',
    '     4  0x000B  HALT                  [12]',
  ]);
  expect(omitted).toBe(0);
  expect(result).toMatchObject({ ending: 'halt', steps: 4 });
});

test('a trace names what a register program changed and printed', () => {
  const { entries } = traceProgram(registers);
  expect(traceEntryJson(entries[1]!)).toEqual({
    step: 2,
    pc: 3,
    line: 2,
    text: 'ADD R0, R0, R1',
    flags: 0,
    depth: 0,
    stack: [],
    changed: { R0: 3 },
    output: [],
  });
  expect(entries.at(-2)?.output).toEqual(['6']);
});

test('a trace keeps as many entries as asked, and its result is that of the run', () => {
  for (const program of [countdown, registers]) {
    const { entries, omitted, result } = traceProgram(program, { entriesMax: 5 });
    expect(entries.length).toBe(5);
    expect(result).toEqual(runProgram(program));
    expect(omitted).toBe(result.steps - 5);
  }
});
