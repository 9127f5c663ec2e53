import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  assemble,
  detectMachine,
  FluxError,
  loadHex,
  loadProgram,
  type MachineName,
  packProgram,
  parseHex,
  possibleMachines,
  toHex,
  unpackProgram,
} from '../index.ts';

const {
  programs,
}: { programs: { name: string; machine: MachineName; bytecode: string; source: string }[] } =
  JSON.parse(
    readFileSync(new URL('../../../test/vectors/flux/programs.json', import.meta.url), 'utf8'),
  );

test.each(programs)(
  '$name assembles to its bytecode, and its bytecode is known for $machine',
  (each) => {
    expect(toHex(assemble(each.source).code)).toBe(each.bytecode);
    expect(detectMachine(parseHex(each.bytecode))).toBe(each.machine);
  },
);

const vectors: {
  readonly accepts: readonly {
    readonly source: string;
    readonly packed: string;
    readonly program: {
      readonly machine: MachineName;
      readonly code: string;
      readonly data: readonly { readonly address: number; readonly bytes: string }[];
      readonly labels: Readonly<Record<string, number>>;
    };
  }[];
  readonly refuses: readonly {
    readonly name: string;
    readonly packed: string;
    readonly code: string;
  }[];
  readonly possible: readonly {
    readonly code: string;
    readonly machines: readonly MachineName[];
  }[];
} = JSON.parse(
  readFileSync(new URL('../../../test/vectors/flux/container.json', import.meta.url), 'utf8'),
);

test.each(vectors.accepts)('packs and unpacks $source', ({ source, packed, program }) => {
  expect(toHex(packProgram(assemble(source)))).toBe(packed);
  const { machine, code, data, labels } = unpackProgram(parseHex(packed));
  expect({
    machine,
    code: toHex(code),
    data: data.map(({ address, bytes }) => ({ address, bytes: toHex(bytes) })),
    labels: Object.fromEntries(labels),
  }).toEqual(program);
});

test.each(vectors.refuses)('refuses to unpack $name', ({ packed, code }) => {
  expect(() => unpackProgram(parseHex(packed))).toThrow(expect.objectContaining({ code }));
});

test.each(vectors.possible)('the bytes $code can be for $machines', ({ code, machines }) => {
  expect(possibleMachines(parseHex(code))).toEqual(machines);
  if (machines.length === 1) expect(detectMachine(parseHex(code))).toBe(machines[0]);
  else expect(() => detectMachine(parseHex(code))).toThrow(FluxError);
});

test.each([
  ['', 'the bytecode is empty'],
  ['123', 'an odd number of hex digits (3)'],
  ['55 05', 'a space at position 3'],
  ['55zz', '"z" at position 3'],
  ['0x55', '"x" at position 2'],
])('the hex %j is refused', (hex, message) => {
  expect(() => loadHex(hex)).toThrow(message);
});

test('a program of 10 MB is refused', () => {
  const huge = new Uint8Array(10_000_000).fill(1);
  expect(() => loadProgram(huge, { machine: 'stack' })).toThrow('at most 1048576 bytes');
  expect(() => loadHex('00'.repeat(10_000_000))).toThrow('longer than 1048576 bytes');
  expect(() => loadProgram(new Uint8Array(10_000_000).fill(32))).toThrow('longer than 4194304');
});

test('a packed program is unpacked as it was', () => {
  const program = assemble('.data 8\n.word 7\n.code\nstart: LOAD 8\nend: HALT');
  const packed = packProgram(program);
  expect(unpackProgram(packed)).toEqual({ ...program, lines: new Map() });
  expect(loadProgram(packed)).toEqual({ ...program, lines: new Map() });
  expect(() => loadProgram(packed, { machine: 'register' })).toThrow('machine stack, not register');
});

test('every changed or missing byte of a container is noticed', () => {
  const packed = packProgram(assemble('.data 8\n.word 7\n.code\nstart: LOAD 8\nHALT'));
  for (let index = 0; index < packed.length; index += 1) {
    const changed = packed.slice();
    changed[index] = (changed[index] ?? 0) ^ 0x11;
    expect(() => unpackProgram(changed)).toThrow(FluxError);
    expect(() => unpackProgram(packed.subarray(0, index))).toThrow(FluxError);
  }
});
