import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  assemble,
  FluxError,
  type MachineName,
  type Problem,
  readAssembly,
  toHex,
} from '../index.ts';

interface AssemblyVectors {
  readonly accepts: readonly {
    readonly name: string;
    readonly source: string;
    readonly program: {
      readonly machine: MachineName;
      readonly code: string;
      readonly data: readonly { readonly address: number; readonly bytes: string }[];
      readonly labels: Readonly<Record<string, number>>;
      readonly lines: Readonly<Record<string, number>>;
    };
  }[];
  readonly refuses: readonly { readonly source: string; readonly problems: readonly Problem[] }[];
}

const vectors: AssemblyVectors = JSON.parse(
  readFileSync(new URL('../../../test/vectors/flux/assembly.json', import.meta.url), 'utf8'),
);

test.each(vectors.accepts)('assembles $name', ({ source, program }) => {
  const { machine, code, data, labels, lines } = assemble(source);
  expect({
    machine,
    code: toHex(code),
    data: data.map(({ address, bytes }) => ({ address, bytes: toHex(bytes) })),
    labels: Object.fromEntries(labels),
    lines: Object.fromEntries(lines),
  }).toEqual(program);
});

test.each(vectors.refuses)('names every mistake of $source', ({ source, problems }) => {
  expect(readAssembly(source).problems).toEqual(problems);
});

test('Markdown keeps what it says about itself', () => {
  const source = '# Add\n## Two numbers\nversion: 3\nauthor: Ada\n```\nPUSH 1\n```';
  expect(readAssembly(source).document).toMatchObject({
    title: 'Add',
    description: 'Two numbers',
    version: '3',
    author: 'Ada',
  });
});

test('faulty front matter is named with its line', () => {
  const [problem] = readAssembly('---\nmachine: [\n---\n```\nPUSH 1\n```').problems;
  expect(problem).toMatchObject({ line: 2, expected: expect.stringContaining('YAML mapping') });
});

test('a program over the size limit is refused, not built', () => {
  const { problems } = readAssembly(`PUSH 1\n${'.space 65536\n'.repeat(20)}`);
  expect(problems).toMatchObject([{ line: 17, message: 'the code is longer than 1048576 bytes' }]);
});

test('the error of assemble carries every mistake', () => {
  expect(() => assemble('PUSH\nDUP 1')).toThrow(FluxError);
  try {
    assemble('PUSH\nDUP 1\nSWAP');
    expect.unreachable();
  } catch (error) {
    expect(error).toMatchObject({
      code: 'flux/assembly',
      data: { problems: [{ line: 1 }, { line: 2 }] },
    });
  }
});
