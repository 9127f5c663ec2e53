import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
  for (const option of ['-a', '--agent']) {
    const runs = await machine.run(['runs', option, 'nobody'], at);
    expect(runs.out).toBe('no run is like that\n');
    const costs = await machine.run(['costs', option, 'nobody'], at);
    expect(costs.out).toBe('nothing was spent by nobody\n');
  }
});

/** A machine with a copy of examples/harbor, adopted. */
async function harborMachine() {
  const machine = testMachine();
  const root = machine.path('harbor');
  cpSync(join(import.meta.dirname, '../../examples/harbor'), root, { recursive: true });
  await machine.run(['open', 'harbor']);
  return { machine, root, at: { in: root } };
}

test.each([
  [['import', 'nosuch.jsonl']],
  [['flux', 'run', 'nosuch.flux']],
  [['flux', 'run', 'gcd.flux', '--resume', 'nosuch.json']],
  [['flux', 'asm', 'nosuch.flux']],
  [['flux', 'disasm', 'nosuch.fluxc']],
  [['flux', 'validate', 'nosuch.flux']],
  [['flux', 'debug', 'nosuch.flux', '--commands', 'step']],
  [['flux', 'translate', 'nosuch.hex', '--from', 'python']],
  [['evolve', '--target', 'nosuch.json']],
  [['run', 'harbor', 'x', '--schema', 'nosuch.json']],
  [['outcome', 'run', 'harbor', 'x', '--rubric', 'nosuch.md']],
  [['goal', 'dispatch-outcome', 'harbor', '--rubric', 'nosuch.md']],
])('datum %j: a file that is not there is a mistake on the command line', async (args) => {
  const { machine, root, at } = await harborMachine();
  writeFileSync(join(root, 'gcd.flux'), '.machine stack\nHALT\n');
  const { code, err } = await machine.run(args, at);
  expect(err).toContain('there is no file nosuch.');
  expect(err).toContain('[cli/usage]');
  expect(code).toBe(2);
});

test('a folder and a device where a file is wanted are told apart', async () => {
  const { machine, at } = await bootedMachine();
  const folder = await machine.run(['import', 'wiki'], at);
  expect(folder).toMatchObject({ code: 2, err: expect.stringContaining('wiki is a folder') });
  const device = await machine.run(['import', '/dev/zero'], at);
  expect(device).toMatchObject({ code: 2, err: expect.stringContaining('is a device') });
});

test('a goal, a note, a version and a document that are not there are named', async () => {
  const { machine, at } = await harborMachine();
  const said = async (...args: readonly string[]) => {
    const { code, err } = await machine.run(args, at);
    return { code, err };
  };
  const named = (text: string) => ({ code: 2, err: expect.stringContaining(text) });
  for (const command of ['status', 'next', 'report', 'complete']) {
    expect(await said('goal', command, 'harbor', '--goal', 'nope')).toEqual(
      named('harbor has no goal nope'),
    );
  }
  expect(await said('goal', 'block', 'harbor', 'ch5_check')).toEqual(named('--by <sub-goal>'));
  expect(await said('goal', 'add', 'harbor', 'two words', 'x')).toEqual(
    named('"two words" is no id of a sub-goal'),
  );
  expect(await said('memory', 'history', 'harbor', 'no_note.md')).toEqual(
    named('harbor never had a note no_note.md'),
  );
  expect(await said('memory', 'redact', 'harbor', 'no_note.md')).toEqual(
    named('harbor knows no note no_note.md'),
  );
  const note = 'user_reading_habits.md';
  expect(await said('memory', 'redact', 'harbor', note, '00000000')).toEqual(
    named(`datum memory redact harbor ${note}`),
  );
  expect(await said('restore', '--known', '2100-01-01', 'wiki/nosuch.md')).toEqual(
    named('nothing is known of wiki/nosuch.md'),
  );
});

test('what waits for something outside says for what', async () => {
  const { machine, at } = await harborMachine();
  await machine.ask(['goal', 'add', 'harbor', 'ch9', 'Chapter 9'], at);
  await machine.ask(['goal', 'block', 'harbor', 'ch9', '--reason', 'the archive is closed'], at);
  expect((await machine.run(['show', 'doc:goal.md'], at)).code).toBe(0);
  const { subGoals } = await machine.ask(['goal', 'status', 'harbor'], at);
  expect(subGoals.at(-1)).toMatchObject({ id: 'ch9', status: 'blocked' });
});

test('the judge has one option wherever there is one', async () => {
  const machine = testMachine();
  for (const command of [['eval'], ['outcome', 'run'], ['goal', 'dispatch-outcome']]) {
    const { out } = await machine.run([...command, '--help']);
    expect(out).toContain('--judge, --judge-model <id>');
  }
});

test('columns have headings, and a heading has something below it', async () => {
  const { machine, at } = await harborMachine();
  const [heading = ''] = (await machine.run(['costs'], at)).out.split('\n');
  expect(heading.split(/\s+/)).toEqual(['day', 'USD', 'records']);
  const { out } = await machine.run(['resume'], at);
  const lines = out.split('\n').map((line) => line.replace(/^│ /, ''));
  for (const [index, line] of lines.entries()) {
    if (/^\S[^│╭╰]*:\s*│$/.test(line)) expect(lines[index + 1], line).toMatch(/^ {2}/);
  }
});

test('a push the other side refuses says what to do', async () => {
  const machine = testMachine();
  await machine.ask(['boot', 'a']);
  machine.git(['clone', '--quiet', '--bare', 'a', 'shared.git']);
  const shared = machine.path('shared.git');
  for (const name of ['b', 'c']) machine.git(['clone', '--quiet', shared, name]);
  for (const name of ['b', 'c']) {
    const at = { in: machine.path(name), env: { DATUM_STATE: machine.path(`state ${name}`) } };
    await machine.ask(['boot'], at);
    const { code, err } = await machine.run(['push'], at);
    if (name === 'b') expect(code).toBe(0);
    else expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('datum pull') });
  }
});

test('whoever asked for JSON is told mistakes as JSON, and nobody else', async () => {
  const machine = testMachine();
  for (const args of [
    ['run', 'ada', 'x', '--json'],
    ['status', '--format', 'json'],
    ['status', '--format=json'],
  ]) {
    const { code, err } = await machine.run(args);
    expect([code, JSON.parse(err).error.code], args.join(' ')).toEqual([2, 'home/not-found']);
  }
  expect((await machine.run(['json'])).err).toMatch(/^datum: /);
});

test('a file that is no text is not imported as what it is not', async () => {
  const machine = testMachine();
  const at = { in: machine.path('home') };
  await machine.ask(['boot', 'home']);
  const line = Buffer.from('{"e":"room:x","a":"room/name","v":"Zürich"}\n', 'latin1');
  writeFileSync(machine.path('facts.jsonl'), line);
  const { code, err } = await machine.run(['import', machine.path('facts.jsonl')], at);
  expect([code, err]).toEqual([2, expect.stringContaining('is not UTF-8')]);
  expect((await machine.ask(['show', 'room:x'], at)).values).toEqual({});
});

test('the merge driver names a file that is not there, and writes nothing read-only', async () => {
  const machine = testMachine();
  writeFileSync(machine.path('ours'), '# Work Journal\n');
  const absent = await machine.run(['merge-file', 'ours', 'theirs', 'JOURNAL.md']);
  expect([absent.code, absent.err]).toEqual([
    2,
    expect.stringContaining('there is no file theirs'),
  ]);
  const refused = await machine.run(['--read-only', 'merge-file', 'ours', 'ours', 'JOURNAL.md']);
  expect(refused.code).toBe(3);
});
