import { expect, test } from 'vitest';
import { testMachine } from '../machine.ts';

async function bootedMachine() {
  const machine = testMachine();
  await machine.run(['boot', 'home']);
  return { machine, at: { in: machine.path('home') } };
}

test('an interval that ends before it begins is a mistake of who wrote it, not of the log', async () => {
  const { machine, at } = await bootedMachine();
  const fact = ['fact', 'assert', 'room:reading', 'room/seats', '24'];
  const backwards = ['--valid-from', '2026-05-01', '--valid-to', '2026-04-01'];
  const both = await machine.run([...fact, ...backwards], at);
  expect(both.code).toBe(2);
  expect(both.err).toContain('--valid-to 2026-04-01 is not after --valid-from');
  const past = await machine.run([...fact, '--valid-to', '2001-01-01'], at);
  expect(past.code).toBe(2);
  expect(past.err).toContain('is not after now, when the fact begins');
});

test('what was not written is said as it is', async () => {
  const { machine, at } = await bootedMachine();
  const retracted = await machine.run(['fact', 'retract', 'room:reading', 'room/seats'], at);
  expect(retracted.out).toBe('nothing new: it does not hold\n');
  const asserted = ['fact', 'assert', 'room:reading', 'room/seats', '24', '--if', '20'];
  const refused = await machine.run(asserted, at);
  expect(refused.out).toBe('not written: nothing holds for room:reading room/seats\n');
});

test('a mistake names the help of the command it was made in', async () => {
  const machine = testMachine();
  expect((await machine.run(['memory', 'show'])).err).toContain('see datum memory show --help');
  expect((await machine.run(['nosuch'])).err).toContain('see datum --help');
});

test('a copy that is not there is named before anything is looked for', async () => {
  const { machine, at } = await bootedMachine();
  const { code, err } = await machine.run(['recover', 'nowhere'], at);
  expect(code).toBe(2);
  expect(err).toContain(`there is no folder ${machine.path('home/nowhere')}`);
});

test('a search for runs that finds none does not say there are none', async () => {
  const { machine, at } = await bootedMachine();
  expect((await machine.run(['runs'], at)).out).toBe('no runs yet\n');
  expect((await machine.run(['runs', '-a', 'nobody'], at)).out).toBe('no run is like that\n');
  const costs = await machine.run(['costs', '--agent', 'nobody'], at);
  expect(costs.out).toBe('nothing was spent by nobody\n');
});
