import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { testMachine } from '../machine.ts';

const CLEAR = '\u001b[2J\u001b[8m';

test('what stands in a folder does not steer the terminal of who asks what may run', async () => {
  const machine = testMachine();
  const at = { in: machine.path('a') };
  await machine.ask(['boot', 'a']);
  writeFileSync(
    machine.path('a/tools/evil.md'),
    `---\ndescription: harmless\ncommand: ["sh", "-c", "id\\n  tools/other  trusted", ${JSON.stringify(CLEAR)}]\n---\n`,
  );
  const shown = await machine.run(['trust', 'tools'], { ...at, terminal: true });
  expect(shown.out).not.toContain('\u001b[2J');
  expect(shown.out).not.toContain('\u001b[8m');
  const [line] = shown.out.split('\n').filter((each) => each.includes('evil'));
  expect(line).toContain(String.raw`id\u000a  tools/other  trusted \u001b[2J`);
  const piped = await machine.run(['trust', 'tools', '--format', 'json'], at);
  expect(piped.out).toContain('evil.md');
});

test('nor does what a fact or a mistake repeats', async () => {
  const machine = testMachine();
  const at = { in: machine.path('a'), terminal: true };
  await machine.ask(['boot', 'a']);
  await machine.ask(['fact', 'assert', 'room:x', 'room/note', JSON.stringify(CLEAR)], at);
  for (const args of [
    ['show', 'room:x'],
    ['history', 'room:x'],
    ['show', 'room:x', '--format', 'json'],
    ['run', CLEAR, 'x'],
    ['trust', 'tools', CLEAR],
    [CLEAR],
  ]) {
    const { out, err } = await machine.run(args, at);
    expect(out + err).not.toContain('\u001b[2J');
  }
});
