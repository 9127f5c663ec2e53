import { expect, test } from 'vitest';
import { testMachine } from '../machine.ts';

test('a fact that puts an agent outside the home, or nowhere, is followed by no command', async () => {
  const machine = testMachine();
  const at = { in: machine.path('a') };
  await machine.ask(['boot', 'a']);
  for (const folder of ['../../..', '.GIT', 'x\u0000y', 7]) {
    await machine.ask(['fact', 'assert', 'agent:../x', 'agent/folder', JSON.stringify(folder)], at);
    const ran = await machine.run(['run', '../x', 'is 7 prime?', '--model', 'flux/think'], at);
    expect(ran.err).toContain('[agent/unknown]');
    expect((await machine.run(['trust', 'tools'], at)).code).toBe(0);
    expect((await machine.run(['cron', '--once'], at)).code).toBe(0);
  }
});
