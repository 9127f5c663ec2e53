import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { assemble, stackMachine } from '../../src/flux/index.ts';

const door = new URL('../../src/flux/index.ts', import.meta.url).href;

/** What the other process runs: bytes and a continuation come in, the result goes out. */
const script = `
  import { readFileSync } from 'node:fs';
  import { resumeStack } from ${JSON.stringify(door)};
  const { hex, saved } = JSON.parse(readFileSync(0, 'utf8'));
  const { ending, stack, steps } = resumeStack(Uint8Array.fromHex(hex), saved).run();
  console.log(JSON.stringify({ ending, stack, steps }));
`;

test('a program that suspended here goes on in another process', () => {
  const lines = ['PUSH 40', 'STORE 8', 'CALL part', 'HALT', 'part: SUSPEND 3', 'LOAD 8'];
  const { code } = assemble([...lines, 'PUSH 2', 'ADD', 'RET'].join('\n'), { machine: 'stack' });
  const machine = stackMachine(code);
  expect(machine.run()).toMatchObject({ ending: 'suspended', suspendedOn: 3 });
  const input = JSON.stringify({ hex: code.toHex(), saved: machine.save() });
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], { input });
  expect(JSON.parse(output.toString())).toEqual({ ending: 'halt', stack: [42], steps: 9 });
});
