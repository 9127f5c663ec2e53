import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  assemble,
  type Host,
  interpretRegister,
  registerMachine,
  stackMachine,
  type VerifiedProgram,
  verify,
} from '../../src/flux/index.ts';

const STEPS = 300;
const LINES = 14;

/** Source of so many lines, each with a label that jumps can take. */
function sourceOf(line: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .array(line, { minLength: LINES - 4, maxLength: LINES })
    .map((lines) => lines.map((text, index) => `L${index}: ${text}`).join('\n'));
}

const label = fc.nat(LINES - 5).map((line) => `L${line}`);

/** Few registers, so that writes meet; many jumps, calls and returns. */
const registerSource = sourceOf(
  fc.oneof(
    fc.constantFrom(
      'PUSH R1',
      'POP R2',
      'RET',
      'LRET',
      'HALT',
      'INC R1',
      'DEC R1',
      'SUB R1, R2, R3',
    ),
    fc.constantFrom('RESET', 'VER', 'SWP R4, R1', 'MOV R4, R0', 'NOP', 'POP R4', 'PANIC'),
    fc.constantFrom('JZ R1, R4', 'JNZ R1, R4', 'JGT R2, R0', 'JLT R2, R4', 'JZ R0, R4'),
    fc
      .tuple(fc.constantFrom('R4', 'R0'), fc.integer({ min: -20, max: 20 }))
      .map(([register, value]) => `MOVI ${register}, ${value}`),
    fc
      .tuple(
        fc.constantFrom('JMP', 'CALL', 'CALL', 'JNZ R1,', 'JLT R2,', 'LOOP R1,', 'JAL R4,'),
        label,
      )
      .map((parts) => parts.join(' ')),
  ),
);

/** Stack shuffling, routines, contexts, suspension. */
const stackSource = sourceOf(
  fc.oneof(
    fc.constantFrom(
      'PUSH 1',
      'PUSH 0',
      'PUSH 2',
      'POP',
      'DUP',
      'SWAP',
      'OVER',
      'ADD',
      'DEC',
      'ROT',
    ),
    fc.constantFrom('RET', 'HALT', 'SUSPEND 1', 'RESUME', 'JOIN', 'CANCEL', 'CAP_INVOKE 1, 2'),
    fc.constantFrom(
      'LISTEN 3',
      'SIGNAL 3',
      'AWAIT_CHANNEL 3, 5',
      'SLEEP_UNTIL 40',
      'BREAK',
      'FUEL_CHECK',
    ),
    fc
      .tuple(
        fc.constantFrom('JMP', 'CALL', 'CALL', 'JZ', 'JNZ', 'JNZ', 'DEADLINE_BEFORE 20,'),
        label,
      )
      .map((parts) => parts.join(' ')),
    fc.tuple(label, fc.nat(1)).map(([entry, share]) => `FORK ${entry}, ${share}`),
  ),
);

const WILD = [
  'StackUnderflow',
  'CallStackUnderflow',
  'InvalidJump',
  'UnknownOpcode',
  'TruncatedInstruction',
];

/** What the proof of a program says of the places it can be at. */
class Proof {
  readonly #places: ReadonlySet<number>;
  readonly #ranges: ReadonlyMap<number, { readonly min: number; readonly max: number }>;
  readonly #end: number;

  constructor(program: VerifiedProgram) {
    this.#places = new Set(program.instructions.map(({ pc }) => pc));
    const [main] = program.routines;
    // Depths of main are absolute only while no routine is running.
    const isFlat = program.routines.length === 1 && main !== undefined;
    this.#ranges = new Map(
      isFlat
        ? [...main.depths].map(([block, range]) => [program.blocks[block]?.pc ?? -1, range])
        : [],
    );
    this.#end = program.code.length;
  }

  check(pc: number, depth: number): void {
    assert.ok(pc === this.#end || this.#places.has(pc), `at ${pc}, where it was never to be`);
    const { min, max } = this.#ranges.get(pc) ?? { min: 0, max: Number.POSITIVE_INFINITY };
    assert.ok(min <= depth && depth <= max, `depth ${depth} at ${pc}, proven ${min} to ${max}`);
  }
}

/** A proven register program never underflows, never jumps wild, and is as deep as proven. */
export const provenRegisterHolds = fc.property(registerSource, fc.nat(3), (source, count) => {
  const { code } = assemble(source, { machine: 'register' });
  const { program } = verify(code, { machine: 'register' });
  fc.pre(program !== undefined);
  if (program === undefined) return;
  const proof = new Proof(program);
  const machine = registerMachine(code, { ints: [0, count, 3, 1] });
  while (machine.ending === undefined && machine.cycles < STEPS) {
    proof.check(machine.pc, machine.depth);
    interpretRegister(machine, machine.cycles + 1);
  }
  assert.ok(!WILD.includes(machine.trap?.kind ?? ''), machine.trap?.message ?? '');
});

const host: Host = { capabilities: new Set([1]) };

/** A proven stack program never underflows, never returns without a call, and is as deep as proven. */
export const provenStackHolds = fc.property(stackSource, fc.nat(2), (source, initialDepth) => {
  const { code } = assemble(source, { machine: 'stack' });
  const { program } = verify(code, { machine: 'stack', initialDepth });
  fc.pre(program !== undefined);
  if (program === undefined) return;
  const proof = new Proof(program);
  const machine = stackMachine(code, { host, stack: new Array(initialDepth).fill(1) });
  for (let step = 0; step < STEPS; step += 1) {
    proof.check(machine.context.pc, machine.context.stack.depth);
    const result = machine.advance(1);
    assert.ok(!WILD.includes(result?.trap?.kind ?? ''), result?.trap?.message ?? '');
    if (result !== undefined && (result.ending !== 'suspended' || result.awaited)) break;
  }
});

/** Where every way to an instruction of a program without calls is certain to fail, it does. */
export const certainErrorsAreCertain = fc.property(
  registerSource.filter((source) => !/CALL|RET/.test(source)),
  (source) => {
    const { code } = assemble(source, { machine: 'register' });
    const { findings } = verify(code, { machine: 'register' });
    const errors = findings.filter(({ severity }) => severity === 'error');
    const certain = new Set(errors.map(({ pc }) => pc));
    const machine = registerMachine(code, { ints: [0, 7, 3, 1] });
    while (machine.ending === undefined && machine.cycles < STEPS) {
      const { pc } = machine;
      interpretRegister(machine, machine.cycles + 1);
      if (certain.has(pc)) assert.equal(machine.ending, 'trap');
    }
  },
);
