import fc from 'fast-check';
import {
  baseOpcodes,
  escapeOpcodes,
  operandWidth,
  type StackOpcode,
  type StackStart,
  stackOpcodeNamed,
} from '../../src/flux/index.ts';

/** An instruction before its addresses are known. */
interface Draft {
  readonly opcode: StackOpcode;
  /** Values of the operands; what is left out is 0, targets come from `jump`. */
  readonly operands: readonly number[];
  /** Where a jump goes: so many drafts on from this one. */
  readonly jump: number;
}

const address = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 6 }).map((index) => index * 4) },
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 24 }) },
  { weight: 1, arbitrary: fc.integer({ min: 65_528, max: 65_535 }) },
);
const word = fc.oneof(
  fc.integer({ min: -4, max: 40 }),
  fc.integer({ min: 65_530, max: 65_536 }),
  fc.constantFrom(-2_147_483_648, 2_147_483_647, -1, 0, 46_341, 65_536),
  fc.integer(),
);
const small = fc.integer({ min: 0, max: 200 });

function instruction(name: string, operands: readonly number[] = [], jump = 0): Draft {
  return { opcode: stackOpcodeNamed(name)!, operands, jump };
}

function encode(drafts: readonly Draft[]): Uint8Array {
  const starts = [0];
  for (const { opcode } of drafts) starts.push(starts.at(-1)! + opcode.size);
  const bytes = drafts.flatMap(({ opcode, operands, jump }, index) => {
    const target = starts[index + jump] ?? starts.at(-1)!;
    const written = opcode.operands.flatMap(({ role, type }, nth) => {
      const value = role === 'target' ? target : (operands[nth] ?? 0);
      return Array.from({ length: operandWidth(type) }, (_, byte) => (value >> (byte * 8)) & 0xff);
    });
    return [...opcode.prefix, ...written];
  });
  return Uint8Array.from(bytes);
}

const binaryInts = [
  ...['ADD', 'SUB', 'MUL', 'DIV', 'MOD', 'EQ', 'NE', 'LT', 'LE', 'GT', 'GE'],
  ...['AND', 'OR', 'XOR', 'SHL', 'SHR'],
];
const unary = fc.constantFrom('NEG', 'INC', 'DEC', 'NOT', 'PEEK');

/**
 * Programs of loops, conditions and routines, most of which end. Without floats they recurse, and
 * their loops leave values behind.
 */
function structured(hasFloats: boolean): fc.Arbitrary<Draft[]> {
  const binary = fc.constantFrom(
    ...binaryInts,
    ...(hasFloats ? ['FADD', 'FSUB', 'FMUL', 'FDIV'] : []),
  );
  const others = ['TIME_NOW', 'FUEL_CHECK', 'LISTEN', ...(hasFloats ? ['CONF_GET'] : [])];
  const pushes = fc.oneof(
    { weight: 6, arbitrary: word.map((value) => instruction('PUSH', [value])) },
    { weight: 4, arbitrary: address.map((at) => instruction('LOAD', [at])) },
    { weight: 1, arbitrary: fc.constantFrom(...others).map((name) => instruction(name)) },
  );
  const counter = fc.integer({ min: 10, max: 14 }).map((index) => index * 4);
  const { statements } = fc.letrec<{ statements: Draft[]; statement: Draft[]; value: Draft[] }>(
    (tie) => ({
      /** Leaves one value more on the stack. */
      value: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        pushes.map((each) => [each]),
        fc
          .tuple(tie('value'), tie('value'), binary)
          .map(([a, b, name]) => [...a, ...b, instruction(name)]),
        fc.tuple(tie('value'), unary).map(([a, name]) => [...a, instruction(name)]),
        fc
          .tuple(tie('value'), tie('value'))
          .map(([a, b]) => [...a, ...b, instruction('SWAP'), instruction('OVER'), ...three()]),
      ),
      statement: fc.oneof(
        { depthSize: 'medium', withCrossShrink: true },
        fc.tuple(tie('value'), address).map(([a, at]) => [...a, instruction('STORE', [at])]),
        fc.tuple(tie('value'), tie('value')).map(([a, b]) => [...a, ...b, instruction('POKE')]),
        fc
          .tuple(tie('value'), fc.constantFrom('POP', 'CONF_SET', 'CONF_MUL', 'SIGNAL'))
          .map(([a, name]) => [...a, instruction(name)]),
        fc
          .tuple(counter, small, tie('statements'), fc.array(pushes, { maxLength: 2 }))
          .map(([at, count, body, left]) =>
            loop(at, count % 9, hasFloats ? body : [...body, ...left]),
          ),
        fc
          .tuple(tie('value'), fc.constantFrom('JZ', 'JNZ'), tie('statements'))
          .map(([a, name, body]) => [
            ...a,
            instruction('POP'),
            instruction(name, [], body.length + 1),
            ...body,
          ]),
        fc
          .tuple(small, tie('statements'))
          .map(([time, body]) => [
            instruction('DEADLINE_BEFORE', [time], body.length + 1),
            ...body,
          ]),
        fc
          .tuple(counter, tie('statements'))
          .map(([at, body]) => routine(hasFloats ? body : recursive(at, body))),
        small.map((fuel) => [instruction('FUEL_SET', [fuel * 10])]),
        pushes.map((each) => [each]),
      ),
      statements: fc.array(tie('statement'), { maxLength: 4 }).map((each) => each.flat()),
    }),
  );
  return statements;
}

/** A routine that is jumped over and called twice. */
function routine(body: readonly Draft[]): Draft[] {
  return [
    instruction('JMP', [], body.length + 2),
    ...body,
    instruction('RET'),
    instruction('CALL', [], -body.length - 1),
    instruction('CALL', [], -body.length - 2),
  ];
}

/** A body that calls itself once or twice more, as long as its counter is not zero. */
function recursive(counter: number, body: readonly Draft[]): Draft[] {
  return [
    ...body,
    ...[instruction('LOAD', [counter]), instruction('PUSH', [2]), instruction('SHR')],
    ...[instruction('DUP'), instruction('STORE', [counter]), instruction('JZ', [], 3)],
    ...[instruction('CALL', [], -body.length - 6), instruction('CALL', [], -body.length - 7)],
  ];
}

/** Of three values on the stack leaves one. */
function three(): readonly Draft[] {
  return [instruction('ROT'), instruction('XOR'), instruction('ADD')];
}

function loop(counter: number, count: number, body: readonly Draft[]): Draft[] {
  return [
    ...[instruction('PUSH', [count]), instruction('STORE', [counter])],
    ...body,
    ...[instruction('LOAD', [counter]), instruction('DEC'), instruction('STORE', [counter])],
    instruction('JNZ', [], -body.length - 3),
  ];
}

const tangled = fc.array(
  fc.record({
    opcode: fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...baseOpcodes) },
      { weight: 1, arbitrary: fc.constantFrom(...escapeOpcodes) },
    ),
    operands: fc.tuple(fc.oneof(address, word, small), small, small),
    jump: fc.integer({ min: -10, max: 10 }),
  }),
  { minLength: 1, maxLength: 24 },
);

/** Structured programs, tangled ones whose jumps land on instructions, and any bytes at all. */
export const stackProgram: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 4, arbitrary: structured(true).map(encode) },
  { weight: 3, arbitrary: structured(false).map(encode) },
  { weight: 2, arbitrary: tangled.map(encode) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }) },
);

const limits = fc.record(
  {
    steps: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 3000 })),
    fuel: fc.integer({ min: 0, max: 500 }),
    stackDepth: fc.integer({ min: 4, max: 30 }),
    callDepth: fc.integer({ min: 0, max: 12 }),
  },
  { requiredKeys: ['steps'] },
);

const float = fc.oneof(fc.constantFrom(0, 1, 2, 0.5, -1), fc.double()).map((each) => ({
  float: each,
}));

/** The words that a program finds at the addresses it mostly uses. */
const memory = fc
  .array(word, { maxLength: 15 })
  .map((words) => [{ address: 0, bytes: new Uint8Array(Int32Array.from(words).buffer) }]);

/** Values at and around the edges that instructions treat differently. */
export const stackStart: fc.Arbitrary<StackStart> = fc.record({
  stack: fc.array(fc.oneof({ weight: 5, arbitrary: word }, { weight: 1, arbitrary: float }), {
    maxLength: 4,
  }),
  memory,
  channels: fc.constantFrom({}, { 0: [7, { float: 2.5 }] }),
  limits,
});
