import fc from 'fast-check';
import { type RegisterOpcode, registerOpcodeNamed, registerOpcodes } from '../../src/flux/index.ts';
import type { RegisterStart } from '../../src/flux/register/machine.ts';

/** An instruction before its bytes are known. */
interface Draft {
  readonly opcode: RegisterOpcode;
  readonly registers: readonly number[];
  readonly immediate: number;
  /** Where a jump goes: an index into the list of drafts, counted from this one. */
  readonly jump: number;
}

const runnable = registerOpcodes.filter(({ status }) => status !== 'unimplemented');
const flow = runnable.filter(({ flow: kind }) => kind !== 'next' && kind !== 'stop');
const computing = runnable.filter(({ flow: kind, byte }) => kind === 'next' && byte !== 0x06);

const register = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 0, max: 4 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 255 }) },
);
const word = fc.oneof(
  fc.integer({ min: -4, max: 40 }),
  fc.integer({ min: 65_520, max: 65_540 }),
  fc.constantFrom(-2_147_483_648, 2_147_483_647, -1, 0),
  fc.integer(),
);
const immediate = fc.oneof(
  fc.integer({ min: -8, max: 24 }),
  fc.integer({ min: -32_768, max: 32_767 }),
);
const opcode = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom(...computing) },
  { weight: 12, arbitrary: fc.constantFrom(...flow) },
  { weight: 1, arbitrary: fc.constantFrom(...registerOpcodes) },
);

const draft: fc.Arbitrary<Draft> = fc.record({
  opcode,
  registers: fc.tuple(register, register, register),
  immediate,
  jump: fc.integer({ min: -12, max: 12 }),
});

function operandBytes({ opcode, registers, immediate }: Draft, distance: number): number[] {
  return opcode.operands.flatMap(({ role, file, width }, index) => {
    if (file !== undefined || role === 'unused') return [registers[index] ?? 0];
    const jump = role === 'backward' ? -distance : distance;
    const value = role === 'signed' || role === 'unsigned' ? immediate : jump;
    return width === 2 ? [value & 0xff, (value >> 8) & 0xff] : [value & 0xff];
  });
}

function encode(drafts: readonly Draft[]): Uint8Array {
  const starts = [0];
  for (const { opcode } of drafts) starts.push(starts.at(-1)! + opcode.size);
  const bytes = drafts.flatMap((each, index) => {
    const target = starts[index + each.jump] ?? starts.at(-1)!;
    const operands = operandBytes(each, target - starts[index + 1]!);
    // An opcode without a definition still has the size of its format.
    return [each.opcode.byte, ...operands, 0, 0, 0, 0].slice(0, each.opcode.size);
  });
  return Uint8Array.from(bytes);
}

function instruction(name: string, registers: readonly number[], jump = 0, immediate = 0): Draft {
  return { opcode: registerOpcodeNamed(name)!, registers, immediate, jump };
}

const simple = draft.map((each) => [each]);
const condition = fc.constantFrom('LJZ', 'LJNZ', 'LJLT', 'LJGT');

/** Loops in loops, conditions and routines, each with its own counter so that most of them end. */
const { statements } = fc.letrec<{ statements: Draft[]; statement: Draft[] }>((tie) => ({
  statement: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    simple,
    fc
      .tuple(tie('statements'), fc.integer({ min: 5, max: 9 }), fc.integer({ min: 1, max: 9 }))
      .map(([body, counter, count]) => [
        instruction('MOVI', [counter], 0, count),
        ...body,
        instruction('LOOP', [counter], -body.length),
      ]),
    fc
      .tuple(condition, register, tie('statements'))
      .map(([name, tested, body]) => [instruction(name, [tested], body.length + 1), ...body]),
    tie('statements').map((body) => [
      instruction('JMP', [], body.length + 2),
      ...body,
      instruction('RET', []),
      instruction('CALL', [], -body.length - 1),
    ]),
  ),
  statements: fc.array(tie('statement'), { maxLength: 4 }).map((each) => each.flat()),
}));

/** Structured programs, tangled ones whose jumps land on instructions, and any bytes at all. */
export const registerProgram: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 5, arbitrary: statements.map(encode) },
  { weight: 4, arbitrary: fc.array(draft, { minLength: 1, maxLength: 24 }).map(encode) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }) },
);

/** Values at and around the edges that instructions treat differently. */
export const registerStart: fc.Arbitrary<RegisterStart> = fc.record({
  ints: fc.array(word, { maxLength: 5 }),
  floats: fc.array(fc.double(), { maxLength: 5 }),
  limits: fc.record({
    steps: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 3000 })),
    stackDepth: fc.integer({ min: 0, max: 12 }),
  }),
});
