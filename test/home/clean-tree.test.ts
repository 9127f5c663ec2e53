import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { testMachine } from '../machine.ts';

test('every command that writes ends with a commit of what it wrote, and of nothing else', async () => {
  const ada = testMachine();
  const at = { in: ada.path('a') };
  await ada.ask(['boot', 'a']);
  const bea = ada.other();
  bea.git(['clone', '--quiet', 'a', 'b']);
  await bea.ask(['boot', 'b', '--trust']);
  ada.git(['remote', 'add', 'origin', ada.path('b')], at);
  await ada.ask(['pull'], at);
  expect(ada.git(['status', '--porcelain'], at)).toBe('');
  // Somebody's own work, which datum takes no notice of and git holds ready.
  writeFileSync(ada.path('a/mine.py'), 'print(1)\n');
  ada.git(['add', 'mine.py'], at);
  const commands: readonly (readonly string[])[] = [
    ['fact', 'assert', 'attr:person/address', 'attribute/private', 'true'],
    ['fact', 'assert', 'person:lin', 'person/address', '"Fuchsienweg 7"'],
    ['fact', 'assert', 'room:reading', 'room/seats', '24'],
    ['fact', 'retract', 'room:reading', 'room/seats'],
    ['branch', 'create', 'x'],
    ['branch', 'delete', 'x'],
    ['journal', 'add', 'NOTE', 'x'],
    ['checkpoint'],
    ['keys', 'export'],
    ['erase', 'person:lin'],
    ['trust', 'writers', '--all'],
    ['trust', 'tools', '--all'],
    ['restore', '--known', '2100-01-01'],
    ['import'],
    ['handoff', '--note', 'x'],
    ['boot'],
    ['retire'],
  ];
  for (const args of commands) {
    const { code, err } = await ada.run(args, { ...at, input: '{"e":"a:b","a":"c/d","v":1}\n' });
    expect(code, `${args.join(' ')}: ${err}`).toBe(0);
    expect(ada.git(['status', '--porcelain'], at), args.join(' ')).toBe('A  mine.py\n');
  }
});

test('what is brought back, or given up, is committed too', async () => {
  const machine = testMachine();
  const at = { in: machine.path('home') };
  await machine.ask(['boot', 'home']);
  for (const seats of ['24', '25', '26']) {
    await machine.ask(['fact', 'assert', 'room:reading', 'room/seats', seats], at);
  }
  for (const way of ['recover', 'accept-rollback']) {
    machine.git(['reset', '--hard', '--quiet', 'HEAD~1'], at);
    expect((await machine.run(['status'], at)).code).toBe(5);
    expect((await machine.run([way], at)).code).toBe(0);
    expect(machine.git(['status', '--porcelain'], at), way).toBe('');
    expect((await machine.run(['status'], at)).code).toBe(0);
  }
});
