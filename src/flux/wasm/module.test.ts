import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteWriter } from './byte-writer.ts';
import { CodeWriter } from './code-writer.ts';
import { compileModule, createMemory, instantiate } from './engine.ts';
import { encodeModule } from './module.ts';
import { F64, I32, I64, wasm } from './opcodes.ts';

const memory = { module: 'host', name: 'memory', pages: 1 } as const;

function run(bytes: Uint8Array<ArrayBuffer>, twice: (value: number) => number) {
  return instantiate(compileModule(bytes), { host: { memory: createMemory(1), twice } });
}

test('a function with locals, memory, a loop and an import runs', () => {
  const code = new CodeWriter();
  code.loop();
  code.get(1).get(0).op(wasm.i32Add).set(1);
  code.get(0).i32(1).op(wasm.i32Sub).tee(0).brIf(0);
  code.end();
  code.i32(8).get(1).memory('i32Store', 4);
  code.i32(12).memory('i32Load', 0).call(0);
  const bytes = encodeModule({
    imports: [{ module: 'host', name: 'twice', parameters: [I32], results: [I32] }],
    memory,
    functions: [
      { name: 'sum', parameters: [I32], results: [I32], locals: [{ count: 1, type: I32 }], code },
    ],
  });
  const { sum } = run(bytes, (value) => value * 2);
  expect(sum?.(10)).toBe(110);
});

test('constants of every width survive the encoding', () => {
  fc.assert(
    fc.property(fc.integer(), fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), fc.double(), (i, l, d) => {
      const constant = (name: string, type: typeof I32 | typeof I64 | typeof F64) => {
        const code = new CodeWriter();
        if (type === I32) code.i32(i);
        else if (type === I64) code.i64(l);
        else code.f64(d);
        return { name, parameters: [], results: [type], locals: [], code };
      };
      const functions = [constant('i', I32), constant('l', I64), constant('d', F64)];
      const exports = run(encodeModule({ imports: [], memory, functions }), (x) => x);
      const values = ['i', 'l', 'd'].map((name) => exports[name]?.());
      expect(values).toEqual([i, l, d]);
    }),
    { numRuns: 50 },
  );
});

test('a writer grows and answers a copy of its bytes', () => {
  const writer = new ByteWriter();
  for (let index = 0; index < 1000; index += 1) writer.unsigned(index);
  const bytes = writer.finish();
  expect(bytes).toHaveLength(128 + 872 * 2);
  writer.byte(1);
  expect(bytes).toHaveLength(128 + 872 * 2);
});
