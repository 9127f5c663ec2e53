import assert from 'node:assert/strict';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DatumError } from '../../base/index.ts';
import {
  copyRegisterMachine,
  FluxError,
  type HostMessage,
  interpretRegister,
  registerMachine,
  registerResult,
  runRegister,
} from '../index.ts';

/** A program from the bytes of its instructions, spaces allowed. */
function code(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}

class Refusal extends DatumError {
  constructor() {
    super({ code: 'test/refused', message: 'not today', hint: 'ask again', kind: 'refused' });
  }
}

test('every way a run can end is told apart', () => {
  expect(runRegister(code('00'))).toMatchObject({ ending: 'halt', steps: 1, pc: 1 });
  expect(runRegister(code('0101'))).toMatchObject({ ending: 'end', steps: 2, pc: 2 });
  expect(runRegister(code(''))).toMatchObject({ ending: 'end', steps: 0 });
  const loop = code('4300fcff');
  expect(runRegister(loop, { limits: { steps: 7 } })).toMatchObject({
    ending: 'step-limit',
    steps: 7,
  });
  expect(runRegister(loop, { limits: { steps: 7, fuel: 3 } })).toMatchObject({
    ending: 'fuel',
    steps: 3,
  });
  expect(runRegister(code('7f'))).toMatchObject({
    ending: 'trap',
    trap: { kind: 'UnknownOpcode', pc: 0, step: 0, message: 'Invalid opcode: 0x7F' },
  });
});

test('HALT as the last allowed cycle halts, running off the end there is the step limit', () => {
  expect(runRegister(code('0100'), { limits: { steps: 2 } }).ending).toBe('halt');
  expect(runRegister(code('0101'), { limits: { steps: 2 } }).ending).toBe('step-limit');
});

test('an opcode that is only a name traps instead of doing nothing', () => {
  expect(runRegister(code('01 4c010203 04')).trap).toEqual({
    kind: 'Unimplemented',
    pc: 1,
    step: 1,
    message: 'Unimplemented: ENTER (0x4C)',
  });
  expect(runRegister(code('1009')).trap).toMatchObject({ message: 'Unimplemented: SYS 9' });
});

test('a taken jump outside the program traps at the jump, one to its very end is the end', () => {
  expect(runRegister(code('4300f0ff')).trap).toMatchObject({ kind: 'InvalidJump', pc: 0 });
  expect(runRegister(code('43000100')).trap).toMatchObject({ kind: 'InvalidJump', pc: 0 });
  expect(runRegister(code('43000000'))).toMatchObject({ ending: 'end', pc: 4 });
  expect(runRegister(code('e1000100'), { ints: [1] })).toMatchObject({ ending: 'end' });
});

test('what a store wrote before the edge of memory stays written', () => {
  const result = runRegister(code('49 01 00 0000'), { ints: [65534, 0x04030201] });
  expect(result.trap?.message).toBe('Memory write out of bounds: 0x10000');
  expect([...result.memory.subarray(65532)]).toEqual([0, 0, 1, 2]);
});

test('negative addresses are out of bounds, not counted from the end', () => {
  const result = runRegister(code('48 01 00 0000'), { ints: [-4] });
  expect(result.trap?.message).toBe('Memory read out of bounds: -0x4');
});

test('moving no bytes needs no address', () => {
  expect(runRegister(code('4f 00 00 0000 4e 00 00 ffff 00'), { ints: [-1] }).ending).toBe('halt');
});

test('the stack is bounded by its limit', () => {
  const recursion = code('4500fcff');
  expect(runRegister(recursion).trap).toMatchObject({ kind: 'StackOverflow', step: 4096 });
  expect(runRegister(recursion, { limits: { stackDepth: 3 } }).trap).toMatchObject({ step: 3 });
});

test('an endless print loop is stopped by the output limit', () => {
  const result = runRegister(code('1000 4300faff'), { limits: { output: 10 } });
  expect(result.trap).toMatchObject({ kind: 'OutputOverflow' });
  expect(result.output).toHaveLength(10);
});

test('agent opcodes are messages to the host, whose answer lands in rd', () => {
  const sent: HostMessage[] = [];
  const send = (message: HostMessage) => sent.push(message) * 10;
  const program = code('51 00 01 02 50 03 01 02 5a 03 00 02');
  const { ints } = runRegister(program, {
    host: { send },
    ints: [0, 7, 42, 9],
    confidence: [1, 1, 0.5],
  });
  expect(sent).toEqual([
    { kind: 'ask', channel: 7, payload: { value: 42, confidence: 0.5 } },
    { kind: 'tell', channel: 7, payload: { value: 42, confidence: 0.5, tag: 9 } },
    { kind: 'signal', channel: 9, payload: { value: 42, confidence: 0.5 } },
  ]);
  expect([ints[0], ints[3]]).toEqual([10, 9]);
});

test('without a host agent opcodes trap, a refusal is a trap, and a bug of the host is thrown', () => {
  const tell = code('50000102');
  expect(runRegister(tell).trap).toMatchObject({ kind: 'NoHost', message: 'TELL needs a host' });
  const refuse = () => {
    throw new Refusal();
  };
  expect(runRegister(tell, { host: { send: refuse } }).trap).toMatchObject({
    kind: 'HostRefused',
    message: 'TELL refused: not today',
  });
  expect(() => runRegister(tell, { host: { send: () => 0.5 } })).toThrow(FluxError);
});

test('confidences follow the values of the confidence opcodes and of no others', () => {
  const start = { ints: [0, 6, 3], confidence: [1, 0.5, 0.25] };
  const after = (hex: string) => runRegister(code(hex), start);
  expect(after('60000102')).toMatchObject({ ints: expect.objectContaining({ 0: 9 }) });
  expect(after('60000102').confidence[0]).toBe(0.25);
  expect(after('62000102').confidence[0]).toBe(0.125);
  expect(after('63000102').confidence[0]).toBe(0.125 * (1 - 1 / 1024));
  expect(after('6e000102').confidence[0]).toBe(0.375);
  expect(after('6f000201').ints[0]).toBe(6);
  expect(after('0e02 0f00').confidence[0]).toBe(0.25);
  expect(after('20000102').confidence[0]).toBe(1);
});

test('limits, starts and programs over their bounds are refused with what to do', () => {
  const loop = code('4300fcff');
  expect(() => runRegister(loop, { limits: { stackDepth: 5000 } })).toThrow(/stackDepth/);
  expect(() => runRegister(loop, { ints: Array(257).fill(0) })).toThrow(/at most 256/);
  expect(() => runRegister(loop, { confidence: [2] })).toThrow(/from 0 to 1/);
  expect(() => runRegister(new Uint8Array(10_000_000))).toThrow(/at most 1048576 bytes/);
});

test('any bytes run to a result and never to an exception', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      const { ending, trap } = runRegister(bytes, { limits: { steps: 1000 } });
      expect(ending === 'trap').toBe(trap !== undefined);
    }),
    { numRuns: 500 },
  );
});

test('data segments fill memory before the first instruction and must fit', () => {
  const load = code('48 00 01 0000 00');
  const bytes = Uint8Array.of(0x2a, 0, 0, 0);
  expect(runRegister(load, { memory: [{ address: 0, bytes }] }).ints[0]).toBe(42);
  expect(() => runRegister(load, { memory: [{ address: 65533, bytes }] })).toThrow(/does not fit/);
});

test('a machine can be stepped, copied and continued from the copy', () => {
  const machine = registerMachine(code('1800 01 1900 02 1900 04 00'));
  interpretRegister(machine, 2);
  const earlier = copyRegisterMachine(machine);
  interpretRegister(machine, 10);
  expect([machine.ints[0], machine.ending]).toEqual([7, 'halt']);
  expect([earlier.ints[0], earlier.pc, earlier.cycles]).toEqual([3, 6, 2]);
  interpretRegister(earlier, 10);
  assert.deepEqual(registerResult(earlier, 'halt'), registerResult(machine, 'halt'));
});

test('limits that are no counts are refused, an endless one is not', () => {
  for (const steps of [-1, 0.5, Number.NaN]) {
    expect(() => runRegister(code('00'), { limits: { steps } })).toThrow(FluxError);
    expect(() => runRegister(code('00'), { limits: { fuel: steps } })).toThrow(FluxError);
  }
  const limits = { steps: Number.POSITIVE_INFINITY };
  expect(runRegister(code('00'), { limits }).ending).toBe('halt');
});
