import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseHex, toHex } from '../../assembly/hex.ts';
import { runRegister } from '../../register/run.ts';
import { layoutSize } from './layout.ts';
import { operations } from './operations.ts';
import { type EncodingName, runtimeEncodings } from './runtimes.ts';
import { runtimeCoverage, translateRuntime } from './translate-runtime.ts';

const translated = (hex: string, from: EncodingName, to: EncodingName): string =>
  toHex(translateRuntime(parseHex(hex.replaceAll(' ', '')), { from, to }).code);

test.each<[string, EncodingName, EncodingName, string, string]>([
  ['a sum', 'python', 'canonical', '2b010500 2b020700 08000102 80', '180105 180207 20000102 00'],
  ['a large constant', 'python', 'canonical', '2b01e803 80', '4001e803 00'],
  ['memory', 'python', 'canonical', '020102 030102 80', '4801020000 4901020000 00'],
  ['comparisons in place', 'python', 'canonical', '1a0102 80', '2d010102 00'],
  ['to Rust', 'canonical', 'rust', '20000102 190003 3a010200 00', '21000102 28000300 200102 00'],
  ['to C', 'canonical', 'c', '21010304 0801 00', '11010304 17010000 01000000'],
  ['to Go', 'canonical', 'go', '180105 20010102 00', '2b0105 080102 80'],
])('%s', (_, from, to, source, target) => {
  expect(translated(source, from, to)).toBe(target.replaceAll(' ', ''));
});

/** R0 = 5 + 4 + 3 + 2 + 1 by a loop, in the encoding of flux-runtime. */
const pythonLoop = '2b000000 2b010500 08000001 0f01 0601f6ff 80';

test('jumps are led to where their instruction now is, and the program does the same', () => {
  const { code } = translateRuntime(parseHex(pythonLoop.replaceAll(' ', '')), {
    from: 'python',
    to: 'canonical',
  });
  expect(toHex(code)).toBe('180000180105200000010901e201f6ff00');
  expect(runRegister(code).ints[0]).toBe(15);
});

test('a loop goes from one runtime to every other that can express it, and back', () => {
  const toRust = () => translated(pythonLoop, 'python', 'rust');
  expect(toRust).toThrow('0x0000: MOVI has no exact equal in flux (Rust)');
  // Go counts its loop in R15.
  const goLoop = '2b0000 2b0f05 08000f 0f0f 0606 80';
  const canonical = translated(goLoop, 'go', 'canonical');
  expect(runRegister(parseHex(canonical)).ints[0]).toBe(15);
  expect(translated(canonical, 'canonical', 'go')).toBe(goLoop.replaceAll(' ', ''));
  expect(translated(canonical, 'canonical', 'python')).toBe(
    '2b0000002b0f050008 00000f 0f0f 060ff6ff 80'.replaceAll(' ', ''),
  );
});

test('a long jump of Rust takes as many bytes as its distance needs', () => {
  const nops = '01'.repeat(200);
  const forward = `4300c800 ${nops} 00`;
  expect(translated(forward, 'canonical', 'rust')).toBe(`0302c800${nops}00`);
  const back = `${nops} 430034ff`;
  const rust = translated(back, 'canonical', 'rust');
  expect(rust).toBe(`${nops}0308${'2eff'.padEnd(16, 'f')}`);
  expect(translated(rust, 'rust', 'canonical')).toBe(back.replaceAll(' ', ''));
});

test.each<[string, EncodingName, EncodingName, string, string]>([
  ['2d0102', 'python', 'canonical', '0x0000: CMP', 'sets flags'],
  ['00 1b0102', 'python', 'canonical', '0x0001: ILE', 'at most'],
  ['0d0102', 'python', 'canonical', '0x0000: INEG', 'two registers where its equal has one'],
  ['080b0102', 'python', 'canonical', '0x0000: IADD', 'R11, which flux-runtime uses by itself'],
  ['08100102', 'python', 'canonical', '0x0000: IADD', 'names R16'],
  ['00 99', 'python', 'canonical', '0x0001: opcode 0x99', 'has no exact equal'],
  ['0801', 'python', 'canonical', '0x0000: IADD', 'is cut off'],
  ['04000100 80', 'python', 'canonical', '0x0000: JMP', 'jumps to where no instruction begins'],
  ['0400000000', 'rust', 'canonical', '0x0000: JumpIf', 'tests a flag'],
  ['41000000', 'c', 'canonical', '0x0000: JZ', 'from a byte of its own target'],
  ['10000304', 'c', 'canonical', '0x0000: IADD', 'writes R0, which is always zero'],
  ['10010203', 'c', 'canonical', '0x0000: IADD', 'uses R2, which flux-os (C) uses by itself'],
  ['180005 00', 'canonical', 'c', '0x0000: MOVI', 'has no exact equal in flux-os (C)'],
  ['20000304 00', 'canonical', 'c', '0x0000: ADD', 'writes R0'],
  ['20000102 00', 'canonical', 'go', '0x0000: ADD', 'its equal works in place'],
  ['e1010000 00', 'canonical', 'go', '0x0000: LJZ', 'tests R1, and its equal tests R15'],
  ['4801020400 00', 'canonical', 'python', '0x0000: LOADOFF', 'an operand its equal does not have'],
  ['3c000100', 'canonical', 'python', '0x0000: JZ', 'takes its distance from a register'],
  [`4300fe00${'00'.repeat(260)}`, 'canonical', 'go', '0x0000: JMP', 'jumps too far'],
])('%s of %s is refused for %s: %s %s', (hex, from, to, place, reason) => {
  expect(() => translated(hex, from, to)).toThrow(place);
  expect(() => translated(hex, from, to)).toThrow(reason);
});

const names = ['python', 'rust', 'c', 'go'] as const;

/** Programs without jumps, of operands that every runtime has. */
const programOf = (name: EncodingName): fc.Arbitrary<Uint8Array> => {
  const plain = runtimeEncodings[name].encodings.filter(({ layout }) => !/[tBTV]/.test(layout));
  const instruction = fc
    .tuple(
      fc.constantFrom(...plain),
      fc.array(fc.integer({ min: 6, max: 10 }), { minLength: 4, maxLength: 4 }),
    )
    .map(([{ byte, layout }, registers]) => {
      const same = layout.startsWith('aa') ? registers.fill(registers[0] ?? 6) : registers;
      const fields = [...layout].map((letter, index) => ('-zZ'.includes(letter) ? 0 : same[index]));
      const bytes = [byte, ...fields, ...Array(8).fill(0)];
      return bytes.slice(0, 1 + layoutSize(layout)) as number[];
    });
  return fc.array(instruction, { maxLength: 12 }).map((each) => Uint8Array.from(each.flat()));
};

test.each(names)('%s to canonical and back is the same program', (name) => {
  fc.assert(
    fc.property(programOf(name), (code) => {
      const canonical = translateRuntime(code, { from: name, to: 'canonical' }).code;
      const again = translateRuntime(canonical, { from: 'canonical', to: name }).code;
      expect(toHex(again)).toBe(toHex(code));
    }),
    { numRuns: 200 },
  );
});

test('translating through canonical is translating directly', () => {
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.constantFrom(...names), fc.gen(), (from, to, gen) => {
      const code = gen(programOf, from);
      const canonical = translateRuntime(code, { from, to: 'canonical' }).code;
      const attempt = (make: () => Uint8Array): string => {
        try {
          return toHex(make());
        } catch (error) {
          return (error as Error).message.replace(/^0x\w+: \w+/, '');
        }
      };
      expect(attempt(() => translateRuntime(canonical, { from: 'canonical', to }).code)).toBe(
        attempt(() => translateRuntime(code, { from, to }).code),
      );
    }),
    { numRuns: 200 },
  );
});

test('coverage counts what translates, and every opcode byte is named once', () => {
  expect(names.map((name) => runtimeCoverage(name).translatable)).toEqual([36, 32, 20, 13]);
  for (const { encodings, unmatched } of Object.values(runtimeEncodings)) {
    const bytes = [...encodings, ...unmatched].map(({ byte }) => byte);
    expect(new Set(bytes).size).toBe(bytes.length);
    for (const { operation } of encodings) expect(Object.keys(operations)).toContain(operation);
  }
});

test('the exact names agree with the published opcode numbers', () => {
  const file = new URL('../../../../test/vectors/flux/opcode-maps.json', import.meta.url);
  const maps: Record<string, Record<string, string>> = JSON.parse(
    readFileSync(file, 'utf8'),
  ).runtimes;
  for (const name of names) {
    const { encodings, unmatched } = runtimeEncodings[name];
    for (const each of [...encodings, ...unmatched]) {
      expect(`${each.name} ${maps[name]?.[each.name]}`).toBe(
        `${each.name} 0x${each.byte.toString(16).padStart(2, '0')}`,
      );
    }
  }
});
