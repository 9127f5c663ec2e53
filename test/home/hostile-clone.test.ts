import {
  appendFileSync,
  copyFileSync,
  cpSync,
  existsSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { type TestMachine, testMachine } from '../machine.ts';

interface Place {
  readonly machine: TestMachine;
  readonly at: { readonly in: string };
}

/** Ada's home, which Bea has cloned, booted and trusted; a stranger's clone of it. */
async function three(): Promise<{ ada: Place; bea: Place; eve: Place }> {
  const ada = testMachine();
  const places = {
    ada: { machine: ada, at: { in: ada.path('ada') } },
    bea: { machine: ada.other(), at: { in: ada.path('bea') } },
    eve: { machine: ada.other(), at: { in: ada.path('eve') } },
  };
  await ada.ask(['boot', 'ada', '--agent', 'harbor']);
  const { at } = places.ada;
  await ada.ask(['fact', 'assert', 'attr:policy/cap', 'attribute/guarded', 'true'], at);
  await ada.ask(['fact', 'assert', 'agent:harbor', 'policy/cap', '5'], at);
  await ada.ask(['handoff', '--note', 'all set'], at);
  for (const { machine, at } of [places.bea, places.eve]) {
    ada.git(['clone', '--quiet', ada.path('ada'), at.in]);
    await machine.ask(['boot', '--trust'], at);
    await machine.ask(['trust', 'tools', '--all'], at);
  }
  return places;
}

/** Commits everything of a folder, as a stranger would who pays datum no heed. */
function commitAll({ machine, at }: Place): void {
  const who = ['-c', 'user.name=eve', '-c', 'user.email=eve@example.invalid'];
  const plain = ['-c', 'core.hooksPath=/dev/null', '-c', 'commit.gpgsign=false'];
  machine.git(['add', '--all', '--force'], at);
  machine.git([...who, ...plain, 'commit', '--quiet', '-m', 'nothing to see'], at);
}

const cap = async ({ machine, at }: Place) =>
  (await machine.ask(['show', 'agent:harbor'], at)).values['policy/cap'];

test('what a hostile clone brings is not believed and not run, and each thing is named', async () => {
  const { bea, eve } = await three();
  // A writer nobody here knows overrides a guarded attribute.
  await eve.machine.ask(['fact', 'assert', 'agent:harbor', 'policy/cap', '5000'], eve.at);
  // The index, changed to say the same, is committed by force.
  const index = join(eve.at.in, '.datum/local.sqlite');
  expect(existsSync(index)).toBe(true);
  const db = new DatabaseSync(index);
  db.exec("CREATE TABLE IF NOT EXISTS planted (a); INSERT INTO planted VALUES ('evil')");
  db.close();
  // A tool that Bea has trusted is another one now, and there is a new one.
  const tool = 'tools/conformance-check.mjs';
  appendFileSync(
    join(eve.at.in, tool),
    "\nimport { writeFileSync } from 'node:fs';\nwriteFileSync('OWNED', '1');\n",
  );
  writeFileSync(join(eve.at.in, 'tools/new.mjs'), "throw new Error('run')\n");
  commitAll(eve);

  // A fresh machine clones it; nothing of it is taken at its word.
  const cy: Place = { machine: eve.machine.other(), at: { in: eve.machine.path('cy') } };
  cy.machine.git(['clone', '--quiet', eve.at.in, cy.at.in]);
  expect(existsSync(join(cy.at.in, '.datum/local.sqlite'))).toBe(true);
  const booted = await cy.machine.ask(['boot'], cy.at);
  const trust = booted.steps.find(({ name }: { name: string }) => name === 'trust');
  expect(trust).toMatchObject({ ok: false, text: expect.stringContaining('unknown') });
  expect(await cap(cy)).toBeUndefined();
  const rebuilt = new DatabaseSync(join(cy.at.in, '.datum/local.sqlite'), { readOnly: true });
  const planted = rebuilt.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'planted'").get();
  rebuilt.close();
  expect(planted).toBeUndefined();
  expect(existsSync(join(cy.at.in, 'OWNED'))).toBe(false);

  // Bea, who trusted Ada and the tool, pulls from it.
  bea.machine.git(['remote', 'set-url', 'origin', eve.at.in], bea.at);
  const pulled = await bea.machine.run(['pull', '--format', 'json'], bea.at);
  expect(pulled.code, pulled.err).toBe(0);
  expect(await cap(bea)).toBe(5);
  const writers = await bea.machine.ask(['trust', 'writers'], bea.at);
  expect(writers.filter((each: { trust: string }) => each.trust === 'unknown')).toHaveLength(1);
  const tools = await bea.machine.ask(['trust', 'tools'], bea.at);
  const stateOf = (path: string) =>
    tools.find((each: { path: string }) => each.path === path)?.trust;
  expect([stateOf(tool), stateOf('tools/new.mjs')]).toEqual(['changed', 'unknown']);
  expect(existsSync(join(bea.at.in, 'OWNED'))).toBe(false);
});

test('a writer that tells two stories is named, exit 5, and nothing is worked on', async () => {
  const { bea, eve } = await three();
  const said = async (text: string, place = eve.at.in) => {
    await eve.machine.ask(['fact', 'assert', 'agent:harbor', 'agent/said', JSON.stringify(text)], {
      in: place,
    });
    const [last] = await eve.machine.ask(['log', '-n', '1'], { in: place });
    return last;
  };
  // Eve keeps a copy of her whole machine, speaks, goes back to the copy, and speaks otherwise.
  const [folder, state] = [eve.at.in, eve.machine.state];
  const save = (from: string) => cpSync(from, `${from}.saved`, { recursive: true });
  save(join(folder, '.datum'));
  save(state);
  const first = await said('yes');
  bea.machine.git(['remote', 'set-url', 'origin', eve.at.in], bea.at);
  await bea.machine.ask(['pull'], bea.at);
  for (const place of [join(folder, '.datum'), state]) {
    for (const name of readdirSync(`${place}.saved`)) {
      rmSync(join(place, name), { recursive: true });
      cpSync(join(`${place}.saved`, name), join(place, name), { recursive: true });
    }
  }
  rmSync(join(folder, '.datum.saved'), { recursive: true });
  const second = await said('no');
  expect([second.writer, second.seq]).toEqual([first.writer, first.seq]);
  expect(second.id).not.toBe(first.id);

  // Bea is given the other story.
  const segment = `.datum/log/${first.writer}/000001.jsonl`;
  copyFileSync(join(folder, segment), join(bea.at.in, segment));
  for (const command of [['status'], ['fact', 'assert', 'a:b', 'c/d', '1'], ['boot']]) {
    const { code, err } = await bea.machine.run(command, bea.at);
    expect(code, `${command[0]}: ${err}`).toBe(5);
    expect(err).toContain(first.writer.slice(0, 12));
    expect(err).toMatch(new RegExp(`\\b${first.seq}\\b`));
  }
  const looked = await bea.machine.run(['show', 'agent:harbor', '--read-only'], bea.at);
  expect(looked.code, looked.err).toBe(0);
  expect(looked.err).toContain('not taken in');
});
