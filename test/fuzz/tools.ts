import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import {
  assemble,
  checkProgram,
  disassemble,
  FluxError,
  interpretRegister,
  listCode,
  loadProgram,
  type MachineName,
  type Program,
  packProgram,
  parseHex,
  printReport,
  readAssembly,
  registerMachine,
  reportJson,
  runProgram,
  stackMachine,
  unpackProgram,
  validate,
  verify,
} from '../../src/flux/index.ts';

const {
  programs,
}: { programs: readonly { machine: MachineName; bytecode: string; source: string }[] } = JSON.parse(
  readFileSync(new URL('../vectors/flux/programs.json', import.meta.url), 'utf8'),
);

const machines = fc.constantFrom<MachineName[]>('stack', 'register');

interface Edit {
  readonly kind: 'replace' | 'insert' | 'delete';
  readonly at: number;
  readonly byte: number;
}

const edits: fc.Arbitrary<readonly Edit[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('replace', 'insert', 'delete'),
    at: fc.nat(400),
    byte: fc.nat(255),
  }),
  { minLength: 1, maxLength: 4 },
);

function mutate(content: Uint8Array, changes: readonly Edit[]): Uint8Array {
  const bytes = [...content];
  for (const { kind, at, byte } of changes) {
    const index = at % Math.max(1, bytes.length);
    if (kind === 'insert') bytes.splice(index, 0, byte);
    else if (kind === 'delete') bytes.splice(index, 1);
    else bytes[index] = byte;
  }
  return Uint8Array.from(bytes);
}

const mutated = fc
  .tuple(fc.constantFrom(...programs), edits)
  .map(([{ machine, bytecode }, changes]) => ({
    machine,
    code: mutate(parseHex(bytecode), changes),
  }));

/** Random bytes and mutated programs, for either machine. */
const anyCode = fc.oneof(
  fc.record({ machine: machines, code: fc.uint8Array({ maxLength: 120 }) }),
  mutated,
);

/** Whatever happens must be a result or an error that says what is wrong. */
function tagged(act: () => void): void {
  try {
    act();
  } catch (error) {
    assert.ok(error instanceof FluxError, `not a FluxError: ${String(error)}`);
    assert.match(error.code, /^flux\/[a-z-]+$/);
    assert.ok(error.message !== '' && !error.message.includes('\n') && error.hint !== '');
  }
}

const packed = fc
  .tuple(fc.constantFrom(...programs), edits, fc.boolean())
  .map(([{ source, machine }, changes, isText]) =>
    mutate(isText ? Buffer.from(source) : packProgram(assemble(source, { machine })), changes),
  );

/** Any file is loaded or refused; what is loaded can be packed and unpacked. */
export const loadingIsTagged = fc.property(
  fc.oneof(
    packed,
    fc.uint8Array({ maxLength: 120 }),
    fc.string().map((text) => Buffer.from(text)),
  ),
  fc.option(machines, { nil: undefined }),
  (content, machine) => {
    let program: Program | undefined;
    tagged(() => {
      program = loadProgram(content, machine === undefined ? {} : { machine });
    });
    if (program === undefined) return;
    assert.deepEqual(unpackProgram(packProgram(program)), { ...program, lines: new Map() });
  },
);

const words = fc.constantFrom(
  ...[
    'PUSH',
    'JMP',
    'ADD',
    'MOVI',
    'FORK',
    'R1',
    'R999',
    'x',
    'x:',
    ',',
    '+',
    '-',
    '0x',
    '12',
    '-5',
  ],
  ...[
    '"',
    '"a\\n"',
    "'a'",
    '.data',
    '.word',
    '.const',
    '.text',
    '.space',
    '.byte',
    '.machine',
    '.code',
  ],
  ...['stack', '65536', '\\', ':', '```', '---', '# ', ';', '\n', ' ', '\t'],
);

const sources = fc.oneof(
  fc.string(),
  fc.array(words, { maxLength: 40 }).map((all) => all.join('')),
  fc.array(words, { maxLength: 40 }).map((all) => all.join(' ')),
);

/** Any text assembles, or all its mistakes have a place in it. */
export const assemblingIsTagged = fc.property(sources, (source) => {
  const { program, problems } = readAssembly(source);
  assert.equal(program === undefined, problems.length > 0);
  const lines = source.split(/\r\n|\n|\r/).length;
  for (const { line, column, message, expected } of problems) {
    assert.ok(line >= 1 && line <= lines && column >= 1, `${line}:${column} is not in the source`);
    assert.ok(message !== '' && expected !== '');
  }
});

/** Source made from any bytes assembles to the same bytes; a listing covers them all. */
export const disassemblyReassembles = fc.property(
  anyCode.filter(({ code }) => code.length > 0),
  ({ machine, code }) => {
    const source = disassemble(code, { machine });
    assert.deepEqual(assemble(source).code, code);
    const covered = listCode(code, machine).reduce((sum, { size }) => sum + size, 0);
    assert.equal(covered, code.length);
  },
);

const STEPS = 2000;
const NEVER = [
  'StackUnderflow',
  'CallStackUnderflow',
  'InvalidJump',
  'UnknownOpcode',
  'TruncatedInstruction',
];

/** Any bytes are answered with findings; proven ones never underflow or jump wild when they run. */
export const verifyingIsSound = fc.property(anyCode, ({ machine, code }) => {
  const { program, findings } = verify(code, { machine });
  const isGrave = findings.some(({ severity }) => severity === 'error' || severity === 'unproven');
  assert.equal(program === undefined, isGrave);
  const report = validate({ machine, code }, { name: 'any' });
  assert.ok(printReport(report).length > 0 && reportJson(report) !== undefined);
  if (program === undefined) return;
  const places = new Set(program.instructions.map(({ pc }) => pc));
  const { trap } = machine === 'stack' ? watchStack(code, places) : watchRegister(code, places);
  assert.ok(trap === undefined || !NEVER.includes(trap), `proven, but ${trap}`);
});

function watchStack(code: Uint8Array, places: ReadonlySet<number>): { trap: string | undefined } {
  const machine = stackMachine(code, { limits: { steps: STEPS } });
  for (;;) {
    const { pc } = machine.context;
    assert.ok(pc >= code.length || places.has(pc), `proven, but at ${pc}`);
    const result = machine.advance(1);
    if (result !== undefined) return { trap: result.trap?.kind };
  }
}

function watchRegister(
  code: Uint8Array,
  places: ReadonlySet<number>,
): { trap: string | undefined } {
  const machine = registerMachine(code);
  while (machine.ending === undefined && machine.cycles < STEPS) {
    const { pc } = machine;
    assert.ok(pc === code.length || places.has(pc), `proven, but at ${pc}`);
    interpretRegister(machine, machine.cycles + 1);
  }
  return { trap: machine.trap?.kind };
}

/** Any bytes run to an ending or are refused. */
export const runningIsTagged = fc.property(anyCode, ({ machine, code }) => {
  tagged(() => {
    checkProgram({ machine, code });
    const program: Program = { machine, code, data: [], labels: new Map(), lines: new Map() };
    const { ending, steps } = runProgram(program, { limits: { steps: STEPS } });
    assert.ok(ending !== undefined && steps <= STEPS);
  });
});
