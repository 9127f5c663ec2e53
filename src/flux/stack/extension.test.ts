import { describe, expect, test } from 'vitest';
import { DatumError } from '../../base/index.ts';
import {
  assemble,
  FluxError,
  type Host,
  resumeStack,
  runStack,
  type StackResult,
  type StackStart,
  stackMachine,
} from '../index.ts';

const hex = (text: string) => Uint8Array.fromHex(text.replaceAll(' ', ''));
const run = (text: string, start?: StackStart) => runStack(hex(text), start);
const code = (...lines: string[]) => assemble(lines.join('\n'), { machine: 'stack' }).code;
const u16 = (value: number) => Uint8Array.of(value & 255, value >> 8).toHex();
const push = (value: number) => `55${u16(value)}0000`;

/** Resumes in what could be another process: nothing but JSON text crosses over. */
function carryOver(program: Uint8Array, machine: ReturnType<typeof stackMachine>, host: Host = {}) {
  return resumeStack(program, JSON.parse(JSON.stringify(machine.save())), { host });
}

class Refusal extends DatumError {}
const refusal = () => {
  throw new Refusal({ code: 'test/refused', message: 'not today', hint: 'ask', kind: 'refused' });
};

describe('fuel', () => {
  test('counts every instruction from the one that set it', () => {
    expect(run('ff020464000000 ff0100 00')).toMatchObject({ stack: [99], fuel: 97 });
    expect(run('ff020402000000 ff0100 00')).toMatchObject({ ending: 'fuel', stack: [1], steps: 2 });
  });

  test('a program can lower what its host allows, never raise it', () => {
    const limits = { fuel: 10 };
    expect(run('ff0204e8030000 ff0100 00', { limits })).toMatchObject({ stack: [9], fuel: 7 });
    expect(run('ff0204ffffffff 500700', { limits })).toMatchObject({ ending: 'fuel', steps: 10 });
    expect(run('ff020405000000 ff020408000000 ff0100', { limits }).stack).toEqual([7]);
  });
});

describe('clock', () => {
  test('alone a millisecond passes with every instruction', () => {
    expect(run('ff0104 01 ff0104').stack).toEqual([0, 2]);
    expect(run('ff010564000000 ff0104').stack).toEqual([101]);
  });

  test('a deadline that has passed jumps', () => {
    const lines = ['loop: DEADLINE_BEFORE 3, late', 'NOP', 'JMP loop', 'late: TIME_NOW'];
    expect(runStack(code(...lines)).stack).toEqual([4]);
  });

  test('with a clock of the host a sleep suspends until it is over', () => {
    let now = 1_000_000;
    const host: Host = { clock: () => now };
    const program = code('TIME_NOW', 'SLEEP_UNTIL 50', 'TIME_NOW');
    const machine = stackMachine(program, { host });
    expect(machine.run()).toMatchObject({
      ending: 'suspended',
      stack: [0],
      awaited: { milliseconds: 51, channels: [] },
    });
    now += 60;
    expect(carryOver(program, machine, host).run()).toMatchObject({ stack: [0, 60] });
  });
});

describe('messages', () => {
  const wait = hex('ff030505 6400 00');

  test('an awaited message is taken, else 0 after the timeout', () => {
    expect(runStack(wait, { channels: { 5: [42] } })).toMatchObject({ stack: [42], time: 2 });
    expect(runStack(wait)).toMatchObject({ stack: [0], time: 102 });
  });

  test('with a clock of the host the wait suspends and a delivered message ends it', () => {
    let now = 0;
    const host: Host = { clock: () => now };
    const machine = stackMachine(wait, { host });
    expect(machine.run().awaited).toEqual({ milliseconds: 101, channels: [5] });
    now = 50;
    const saved = machine.save();
    const told = resumeStack(wait, saved, { host, channels: { 5: [{ float: 2.5 }] } });
    expect(told.run()).toMatchObject({ ending: 'halt', stack: [2.5] });
    now = 200;
    expect(resumeStack(wait, saved, { host }).run().stack).toEqual([0]);
  });

  test('the host hears signals, answers what nobody in the program sent, and may refuse', () => {
    const heard: unknown[] = [];
    const host: Host = {
      send: (message) => heard.push(message),
      receive: (channel) => (channel === 9 ? 13 : undefined),
    };
    expect(run(`${push(7)}9003 9109 9209 9203`, { host, stack: [8] }).stack).toEqual([8, 7]);
    expect(heard).toEqual([
      { kind: 'signal', channel: 3, payload: 7 },
      { kind: 'broadcast', channel: 9, payload: 8 },
    ]);
    expect(run('9209', { host }).stack).toEqual([13]);
    expect(run(`${push(1)}9000`, { host: { send: refusal } }).trap).toMatchObject({
      kind: 'HostRefused',
      pc: 5,
      message: 'SIGNAL refused: not today',
    });
  });

  test('a flood of messages is bounded', () => {
    const { trap } = run(`${push(1)}9000 500000`, { limits: { steps: 1_000_000 } });
    expect(trap?.kind).toBe('ChannelOverflow');
  });
});

describe('sandbox', () => {
  const readOnly = 'ff0202 6400 0a00 01';
  const readWrite = 'ff0202 6400 0a00 03';
  const cases: readonly (readonly [name: string, code: string, message?: RegExp])[] = [
    ['STORE inside', `${readWrite}${push(1)}416400`],
    ['STORE whose last byte is inside', `${readWrite}${push(1)}416a00`],
    ['STORE whose last byte is outside', `${readWrite}${push(1)}416b00`, /write at 107 outside/],
    ['LOAD below', `${readWrite}406300`, /read at 99 outside/],
    ['POKE outside', `${readWrite}${push(0)}${push(1)}44`, /write at 0 outside/],
    ['PEEK outside', `${readWrite}${push(200)}43`, /read at 200 outside/],
    ['PEEK inside', `${readWrite}${push(100)}43`],
    ['STORE in a read-only one', `${readOnly}${push(1)}416400`, /write in read-only/],
    ['LOAD in a write-only one', 'ff0202640000ff02 406400', /read in write-only/],
    ['LOAD after leaving it', `${readWrite}ff0203 400000`],
    ['an inner one cannot widen', `${readOnly}ff0202000000ff03${push(1)}416400`, /read-only/],
    ['PERSIST outside', `${readWrite}ff0103 0000 0400`, /read at 0 outside/],
    ['MEM_TAG outside', `${readWrite}ff0201 0000 0400 07`, /write at 0 outside/],
    ['leaving none', 'ff0203'],
  ];
  for (const [name, code, message] of cases) {
    test(`${name} ${message ? 'traps' : 'is allowed'}`, () => {
      const { trap } = run(code);
      if (message === undefined) return expect(trap).toBeUndefined();
      expect(trap).toMatchObject({ kind: 'Sandbox', message: expect.stringMatching(message) });
      return expect(trap?.message).toMatch(/^SANDBOX_VIOLATION \(0xe1\)/);
    });
  }

  test('a forked context stays inside', () => {
    const lines = ['FORK child, 0', 'JOIN', 'HALT', 'child: LOAD 0'];
    const result = runStack(code('SANDBOX_ENTER 100, 10, 3', ...lines));
    expect(result).toMatchObject({ context: 1, trap: { kind: 'Sandbox', step: 2 } });
  });
});

describe('memory tags', () => {
  const tag = 'ff0201 6400 0800 05';

  test('an access across the border of a tag traps, one within it does not', () => {
    expect(run(`${tag}${push(1)}416400 406400`).stack).toEqual([1]);
    expect(run(`${tag}${push(1)}416200`).trap).toMatchObject({
      kind: 'MemoryTag',
      message: 'TAG_MISMATCH (0xe3): bytes 98 and 100 have tags 0 and 5',
    });
    expect(run(`${tag}${push(106)}43`).trap?.kind).toBe('MemoryTag');
    expect(run(`${tag} ff0201 6400 0800 00 ${push(1)}416200`).trap).toBeUndefined();
  });

  test('a context that does not hold the tag is kept out', () => {
    const child = ['JOIN', 'HALT', 'child: SLEEP_UNTIL 9', 'LOAD 100'];
    const tagged = 'MEM_TAG 100, 8, 5';
    expect(runStack(code(tagged, 'FORK child, 0', ...child)).ending).toBe('halt');
    const { trap, context } = runStack(code('FORK child, 0', tagged, ...child));
    expect([context, trap?.message]).toEqual([1, 'TAG_MISMATCH (0xe3): byte 100 has tag 5']);
  });
});

describe('capabilities and identity', () => {
  const invoke = `${push(3)}${push(4)} ff0200 0700 02 00`;

  test('what is not held is denied', () => {
    expect(run(invoke).trap).toMatchObject({
      kind: 'Capability',
      message: 'CAPABILITY_DENIED (0xe0): CAP_DENIED: capability 7',
    });
  });

  test('a held one hands its arguments to the host and pushes the answer', () => {
    const capabilities = new Set([7]);
    const host: Host = {
      capabilities,
      send: ({ kind, channel, payload }) =>
        kind === 'capability' && channel === 7 && JSON.stringify(payload) === '[3,4]' ? 12 : -1,
    };
    expect(run(invoke, { host }).stack).toEqual([12]);
    expect(run(invoke, { host: { capabilities } }).trap?.kind).toBe('NoHost');
    expect(run(invoke, { host: { capabilities, send: refusal } }).trap?.kind).toBe('HostRefused');
    expect(run(`${push(3)}ff0200070002`, { host }).trap?.kind).toBe('StackUnderflow');
  });

  test('identity is 1 unless the host names another', () => {
    expect(run('ff0205 ff0205').stack).toEqual([1, 1]);
    expect(run('ff0205', { host: { identity: 77 } }).stack).toEqual([77]);
  });

  test('contention is what the host says', () => {
    const host: Host = { contended: (resource) => resource === 42 };
    expect(run('ff01022a ff01022b', { host }).stack).toEqual([1, 0]);
  });
});

test('a persisted region is kept as it was, whatever follows', () => {
  const kept: unknown[] = [];
  const host: Host = { persist: (start, bytes) => kept.push([start, bytes.toHex()]) };
  const code = `${push(258)}410800 ff0103 0800 0400 ${push(0)}410800 54`;
  const result = run(code, { host });
  expect(result).toMatchObject({ ending: 'trap', stack: [1] });
  expect(result.persisted.get(8)?.toHex()).toBe('02010000');
  expect(kept).toEqual([[8, '02010000']]);
});

describe('contexts', () => {
  const joined = (share: number, ...child: readonly string[]) =>
    runStack(code(`FORK child, ${share}`, 'JOIN', 'PUSH 1', 'ADD', 'HALT', 'child: NOP', ...child));

  test('a forked context runs and JOIN gives its top value', () => {
    expect(joined(0, 'PUSH 20', 'PUSH 21', 'ADD').stack).toEqual([42]);
    expect(joined(0, 'PUSH 41', 'BREAK').stack).toEqual([42]);
    expect(joined(0).stack).toEqual([1]);
  });

  test('memory and channels are shared, the stack only when asked', () => {
    expect(joined(0, 'PUSH 9', 'STORE 0', 'PUSH 8', 'SIGNAL 3')).toMatchObject({
      stack: [1],
      memory: expect.objectContaining({ 0: 9 }),
      channels: new Map([[3, [{ kind: 'int', value: 8 }]]]),
    });
    expect(joined(1, 'POP', 'PUSH 7').trap?.message).toBe('JOIN_FAILED: no context 7');
  });

  test('contexts take turns, so none can starve the others', () => {
    const lines = ['FORK spin, 0', 'AWAIT_CHANNEL 1, 300', 'HALT', 'spin: JMP spin'];
    expect(runStack(code(...lines))).toMatchObject({ ending: 'halt', stack: [1, 0], time: 771 });
    const busy = ['FORK child, 0', 'wait: LOAD 0', 'PUSH 0', 'EQ', 'POP', 'JNZ wait', 'HALT'];
    const result = runStack(code(...busy, 'child: PUSH 1', 'STORE 0', 'HALT'));
    expect(result.ending).toBe('halt');
  });

  test('a joined, cancelled or unknown context cannot be joined', () => {
    const failed = { kind: 'InvalidTask', message: expect.stringMatching(/^JOIN_FAILED/) };
    expect(run(`${push(999)}ff0303`).trap).toMatchObject(failed);
    expect(run('ff0302ff0000 60 ff0303 56 ff0303').trap).toMatchObject(failed);
    expect(run('ff0302ff0000 60 ff0304 56 ff0303').trap).toMatchObject(failed);
    expect(run(`${push(0)}ff0303`).trap).toMatchObject(failed);
  });

  test('CANCEL says whether there was one', () => {
    expect(run(`ff0302ff0000 ff0304 ${push(255)}ff0304`).stack).toEqual([1, 0]);
  });

  test('contexts that wait for each other trap instead of hanging', () => {
    const lines = ['FORK child, 0', 'JOIN', 'HALT', 'child: PUSH 1', 'JOIN'];
    expect(runStack(code(...lines)).trap?.message).toMatch(/^Deadlock/);
  });

  test('forking without end is bounded', () => {
    const { trap } = run('ff030200000050 0000', { limits: { steps: 100_000 } });
    expect(trap?.message).toMatch(/^FORK_FAILED/);
  });
});

describe('continuations', () => {
  const whole = (result: StackResult) => ({ ...result, values: undefined });

  test('a program suspended in one process goes on in another', () => {
    const program = hex(`${push(5)}410000 ${push(6)} ff030007 400000 10 00`);
    const machine = stackMachine(program);
    expect(machine.run()).toMatchObject({ ending: 'suspended', suspendedOn: 7, stack: [6] });
    expect(carryOver(program, machine).run()).toMatchObject({
      ending: 'halt',
      stack: [11],
      steps: 7,
    });
    expect(machine.run()).toMatchObject({ ending: 'halt', stack: [11] });
  });

  test('saving and resuming after every step changes nothing', () => {
    const program = code(
      ...['FUEL_SET 5000', 'MEM_TAG 8, 8, 3', 'SANDBOX_ENTER 0, 100, 3', 'FORK worker, 0'],
      ...['PUSH 8', 'PUSH 77', 'POKE', 'AWAIT_CHANNEL 3, 9000', 'PERSIST_CRITICAL_STATE 8, 4'],
      ...['CONF_SET', 'SWAP', 'JOIN', 'CONF_GET', 'HALT'],
      ...['worker: PUSH 300', 'loop: DEC', 'JNZ loop', 'PEEK', 'SIGNAL 3', 'PUSH 5', 'CALL sub'],
      ...['HALT', 'sub: TIME_NOW', 'RET'],
    );
    const expected = runStack(program);
    let machine = stackMachine(program);
    let result = machine.advance(1);
    while (result === undefined) {
      machine = carryOver(program, machine);
      result = machine.advance(1);
    }
    expect(whole(result)).toEqual(whole(expected));
    expect(expected.ending).toBe('halt');
  });

  test('RESUME takes up a frame it was given and pushes 1, or 0 without one', () => {
    const frame = {
      channel: 1,
      stack: [{ kind: 'int', value: 42 }],
      pc: 3,
      flags: 5,
      calls: [9],
      confidence: 0.5,
    } as const;
    expect(run('ff0301 00', { frames: [frame] })).toMatchObject({
      stack: [42, 1],
      flags: 5,
      calls: [9],
      confidence: 0.5,
      ending: 'halt',
    });
    expect(run('ff0301 00').stack).toEqual([0]);
  });

  test('what is no continuation of this program is refused', () => {
    const program = hex('ff030001 00');
    const machine = stackMachine(program);
    machine.run();
    const saved = machine.save();
    const bad: readonly unknown[] = [
      null,
      {},
      { ...saved, v: 2 },
      { ...saved, contexts: [] },
      { ...saved, stacks: [['x']] },
      { ...saved, stacks: [] },
      { ...saved, memory: [[65_530, 'AAAAAAAAAAAA']] },
      { ...saved, memory: [[0, '%%%']] },
      { ...saved, turn: { context: 9 } },
      // Beyond 2^53 a step more changes nothing, so that no limit would ever be reached.
      { ...saved, steps: 2 ** 53 - 1 },
      { ...saved, time: 2 ** 53 - 1 },
    ];
    for (const each of bad) expect(() => resumeStack(program, each)).toThrow(FluxError);
    expect(() => resumeStack(hex('00'), saved)).toThrow(/another program/);
  });

  test('minus zero, which JSON can say, is zero', () => {
    const program = hex('00');
    const saved = { ...stackMachine(program).save(), steps: -0, time: -0 };
    const { steps, time } = resumeStack(program, saved, { limits: { steps: 0 } }).run();
    expect([Object.is(steps, 0), Object.is(time, 0)]).toEqual([true, true]);
  });

  test('fuel of the host carries over unless the next one grants other', () => {
    const program = hex('ff030001 500400');
    const machine = stackMachine(program, { limits: { fuel: 10 } });
    machine.run();
    const saved = machine.save();
    expect(resumeStack(program, saved).run()).toMatchObject({ ending: 'fuel', steps: 10 });
    expect(resumeStack(program, saved, { limits: { fuel: 20 } }).run().steps).toBe(21);
  });
});
