import { readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runAgent } from '../../src/agent/index.ts';
import { seededRandom, systemDisk } from '../../src/base/index.ts';
import { openLog } from '../../src/fact/index.ts';
import { memoryMarks, openFolder } from '../../src/folder/index.ts';
import { DAY, scriptedModel, testAgent } from './agent-world.ts';

const promptOf = (request: { readonly system: readonly { readonly text: string }[] }): string =>
  request.system.map(({ text }) => text).join('');

const ask = { agent: 'harbor', workItem: 'is 997 prime?' };
const replies = [{ text: 'Yes.' }, { text: 'Yes.' }, { text: 'Yes.' }];

test('a file edited by hand between two runs, its size and time as before, is in the next prompt', async () => {
  const model = scriptedModel(replies);
  const agent = await testAgent(model);
  await runAgent(agent.world, ask);
  const path = join(agent.root, 'persona/IDENTITY.md');
  const { atime, mtime } = statSync(path);
  const text = readFileSync(path, 'utf8');
  const word = /[a-z]{6,}/.exec(text.slice(text.indexOf('\n#')))?.[0] ?? '';
  const other = 'q'.repeat(word.length);
  writeFileSync(path, text.replaceAll(word, other));
  utimesSync(path, atime, mtime);
  await agent.world.folder.reconcile();
  await runAgent(agent.world, ask);
  const [first, second] = model.requests.map(promptOf);
  expect(word).not.toBe('');
  expect([first?.includes(other), second?.includes(other)]).toEqual([false, true]);
});

test('what another process writes between two runs is in the next prompt', async () => {
  const model = scriptedModel(replies);
  const agent = await testAgent(model);
  const { root, clock } = agent;
  await runAgent(agent.world, ask);
  const [random, disk] = [seededRandom('other'), systemDisk];
  const env = { DATUM_STATE: join(root, '.state') };
  const log = await openLog({ home: root, clock, random, disk, env });
  const folder = openFolder({ log, root, disk, random, marks: memoryMarks() });
  const journal = `journal/${DAY.slice(0, 7)}/${DAY}.md`;
  await folder.appendEntries([{ path: journal, text: '## 12:01 — from elsewhere' }], {});
  await folder.writeDocuments(
    [{ path: 'wiki/INDEX.md', content: '# Wiki\n\n- a page from elsewhere\n' }],
    {},
  );
  folder.close();
  await log.close();
  await runAgent(agent.world, ask);
  const [first, second] = model.requests.map(promptOf);
  for (const said of ['12:01 — from elsewhere', 'a page from elsewhere']) {
    expect([first?.includes(said), second?.includes(said)]).toEqual([false, true]);
  }
  // Its own first run is there too, in the order the entries became known.
  expect(second?.indexOf('is 997 prime?')).toBeLessThan(second?.indexOf('12:01') ?? 0);
});
