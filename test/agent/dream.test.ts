import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  applyDream,
  discardDream,
  dream,
  openSnapshot,
  readDream,
  readDreams,
  reviewDream,
} from '../../src/agent/index.ts';
import { ModelError } from '../../src/model/index.ts';
import { type Reply, scriptedModel, type TestAgent, testAgent } from './agent-world.ts';
import { promptOf } from './eval-world.ts';

const write = { by: 'user:ines' };
const said = (value: object): Reply => ({ text: JSON.stringify(value) });

const LONG = `The full reason. ${'It is long. '.repeat(80)}The end of it.`;

const note = (name: string, body: string, more = '') =>
  [
    '---',
    'captured: 2026-05-01',
    'confidence: medium',
    `description: ${name}`,
    'last_seen: 2026-06-01',
    `name: ${name}`,
    'schema_version: 1',
    'sources:',
    '- observation',
    'type: feedback',
    ...(more === '' ? [] : [more]),
    '---',
    '',
    body,
    '',
  ].join('\n');

const ONE = 'feedback_tide_table_format.md';
const TWO = 'feedback_tide_table_format_rule.md';

/** Harbor with two notes that say the same. */
const twins = (root: string): void => {
  writeFileSync(join(root, 'memory', ONE), note('Tide table format', LONG));
  writeFileSync(join(root, 'memory', TWO), note('Tide table format rule', 'Dates first.'));
  const index = join(root, 'memory/INDEX.md');
  const lines = [ONE, TWO].map((file) => `- [Tide](${file}) — tide\n`).join('');
  writeFileSync(
    index,
    readFileSync(index, 'utf8').replace(
      '## Critical Feedback\n\n',
      `## Critical Feedback\n\n${lines}`,
    ),
  );
};

const merged = (name = 'Tide table format') =>
  said({
    is_duplicate: true,
    merged_name: name,
    merged_description: 'Tables',
    merged_body: 'Both.',
  });
const none = { contradictions: said({ contradictions: [] }), promotions: said({ promotions: [] }) };
const agreed = said({ summary: 'Good.', drop: [] });

const dreamed = async (replies: readonly Reply[], prepare = twins) => {
  const model = scriptedModel(replies);
  const agent = await testAgent(model, prepare);
  const manifest = await dream(agent.world, { agent: 'harbor', write });
  return { agent, model, manifest };
};

const snapshotOf = async ({ log }: TestAgent) =>
  openSnapshot(log, { agent: 'harbor', database: await log.at() });

test('a dream stages a memory and leaves the real one alone', async () => {
  const { agent, manifest, model } = await dreamed([
    merged('Tide tables'),
    none.contradictions,
    none.promotions,
    agreed,
  ]);
  expect(manifest).toMatchObject({
    status: 'completed',
    inputs: { notes: 13, journalDays: 5, logDays: 5 },
    changes: [{ kind: 'merge', files: ['feedback_tide_tables.md', ONE, TWO] }],
    outputMemoryCount: 14,
    appliedAt: null,
  });
  const folder = `dreams/${manifest.id}`;
  expect(readdirSync(join(agent.root, folder)).toSorted()).toEqual([
    'manifest.json',
    'memory',
    'report.md',
  ]);
  expect(manifest.id).toMatch(/^drm_2026-06-08T100000_[0-9a-f]{6}$/);
  expect(agent.read(`${folder}/memory/${ONE}`)).toContain('superseded_by: feedback_tide_tables.md');
  expect(agent.read(`${folder}/memory/feedback_tide_tables.md`)).toMatch(
    /supersedes: feedback_tide_table_format.md\nsupersedes_list:\n- feedback_tide_table_format.md\n- /,
  );
  expect(agent.read(`memory/${ONE}`)).not.toContain('superseded_by');
  expect(existsSync(join(agent.root, 'memory/feedback_tide_tables.md'))).toBe(false);
  // Nothing of a note is cut on its way to the model.
  expect(promptOf(model.requests[0])).toContain(LONG);
  const [line] = agent.lines().slice(-1);
  expect(line).toMatchObject({ primitive: 'dream', cost_source: 'actor', run_id: manifest.run });
  expect(line?.['cost_usd']).toBe(manifest.costUsd);
});

test('an apply takes it over: links, index, versions, what was before', async () => {
  const { agent, manifest } = await dreamed([
    merged('Tide tables'),
    none.contradictions,
    none.promotions,
    agreed,
  ]);
  const before = agent.read(`memory/${ONE}`);
  agent.clock.advance(60_000_000);
  const applied = await applyDream(agent.world, { agent: 'harbor', write });
  expect(applied.manifest.archivedPath).toBe('memory.archived-20260608T100100');
  expect(agent.read(`memory.archived-20260608T100100/${ONE}`)).toBe(before);
  expect(agent.read(`memory/${ONE}`)).toContain('superseded_by: feedback_tide_tables.md');
  expect(agent.read('memory/feedback_tide_tables.md')).toContain('Both.');
  const index = agent.read('memory/INDEX.md');
  expect(index).toContain('- [Tide tables](feedback_tide_tables.md) — Tables');
  expect(index).toContain(`- [Tide table format](${ONE}) — superseded by feedback_tide_tables.md`);
  expect(index).toContain('(feedback_citation_style.md)');
  expect(readdirSync(join(agent.root, 'memory/.versions/feedback_tide_table_format'))).toHaveLength(
    1,
  );
  const db = await agent.log.at();
  const e = `dream:harbor/${manifest.id}`;
  expect(await db.get(e, 'dream/applied-at')).toBe(applied.manifest.appliedAt);
  const writer = (await db.history('doc:memory/INDEX.md', 'doc/hash')).at(-1)?.tx;
  const own = (await db.history(`doc:dreams/${manifest.id}/manifest.json`, 'doc/hash')).at(-1)?.tx;
  expect(writer).toBe(own);
  await expect(applyDream(agent.world, { agent: 'harbor', write })).rejects.toMatchObject({
    code: 'agent/dream-not-ready',
  });
});

test('a merged name that is a seed’s file keeps the merged text (D18)', async () => {
  const { agent } = await dreamed([merged(), none.contradictions, none.promotions, agreed]);
  await applyDream(agent.world, { agent: 'harbor', write });
  expect(agent.read(`memory/${ONE}`)).toContain('Both.');
  expect(agent.read(`memory/${ONE}`)).not.toContain('superseded_by');
  expect(agent.read(`memory/${TWO}`)).toContain(`superseded_by: ${ONE}`);
});

test('a merged name that is another note’s file overwrites nothing', async () => {
  const { agent, manifest } = await dreamed([
    merged('Citation style'),
    none.contradictions,
    none.promotions,
    agreed,
  ]);
  expect(manifest.changes[0]?.files).toEqual([ONE, TWO]);
  await applyDream(agent.world, { agent: 'harbor', write });
  expect(agent.read('memory/feedback_citation_style.md')).not.toContain('Both.');
});

test('what came in between survives: a captured note, hand-written index lines, versions', async () => {
  const { agent } = await dreamed([
    merged('Tide tables'),
    none.contradictions,
    none.promotions,
    agreed,
  ]);
  const { folder } = agent.world;
  await folder.writeDocument('memory/user_new.md', note('New', 'New.').replace('feedback', 'user'));
  await folder.writeDocument('memory/.versions/user_new/20260608T090000000000Z_0a0b0c0d.md', 'old');
  const index = agent.read('memory/INDEX.md').replace('## Reference', 'By hand.\n\n## Reference');
  writeFileSync(join(agent.root, 'memory/INDEX.md'), index);
  await folder.reconcile();
  await applyDream(agent.world, { agent: 'harbor', write });
  expect(agent.read('memory/user_new.md')).toContain('New.');
  expect(agent.read('memory/.versions/user_new/20260608T090000000000Z_0a0b0c0d.md')).toBe('old');
  expect(agent.read('memory/INDEX.md')).toMatch(/By hand\.\n\n## Reference/);
  expect(agent.read('memory/INDEX.md')).toContain('(feedback_tide_tables.md)');
});

test('a change whose note was edited since is left out whole and said', async () => {
  const { agent } = await dreamed([
    merged('Tide tables'),
    none.contradictions,
    none.promotions,
    agreed,
  ]);
  const edited = note('Tide table format rule', 'Dates first. And the port.');
  await agent.world.folder.writeDocument(`memory/${TWO}`, edited);
  const snapshot = await snapshotOf(agent);
  const { leftOut } = await reviewDream(snapshot, await readDream(snapshot));
  expect(leftOut).toMatchObject([{ why: `${TWO} was changed since` }]);
  await expect(applyDream(agent.world, { agent: 'harbor', write })).rejects.toMatchObject({
    code: 'agent/dream-not-ready',
    message: expect.stringContaining(`${TWO} was changed since`),
  });
  expect(agent.read(`memory/${TWO}`)).toBe(edited);
  expect(agent.read(`memory/${ONE}`)).not.toContain('superseded_by');
  expect(existsSync(join(agent.root, 'memory/feedback_tide_tables.md'))).toBe(false);
});

test('a review says what an apply would write, and writes nothing', async () => {
  const { agent } = await dreamed([merged(), none.contradictions, none.promotions, agreed]);
  const snapshot = await snapshotOf(agent);
  const review = await reviewDream(snapshot, await readDream(snapshot));
  expect(review.files.map(({ file }) => file)).toEqual([ONE, TWO]);
  expect(review.files[0]?.text).toContain('Both.');
  expect(review.index.after).not.toBe(review.index.before);
  expect(agent.read(`memory/${ONE}`)).toContain('The full reason.');
});

test('contradictions: confirmed ones correct a note, unconfirmed ones do not, high confidence asks', async () => {
  const journal_day = '2026-06-05';
  const found = (file: string, more: object) => ({
    ...{ note: file, journal_day, quote: 'no longer', confirmed: true, corrected_body: 'Now so.' },
    ...more,
  });
  const { agent, manifest } = await dreamed([
    said({ is_duplicate: false }),
    said({
      contradictions: [
        found(ONE, {}),
        found(TWO, { confirmed: false }),
        found('user_reading_habits.md', {}),
        found('feedback_none.md', {}),
      ],
    }),
    none.promotions,
    agreed,
  ]);
  expect(manifest.changes).toEqual([
    { kind: 'correction', files: [ONE], reason: 'the journal of 2026-06-05 says: no longer' },
  ]);
  const report = agent.read(`dreams/${manifest.id}/report.md`);
  expect(report).toContain('Decide yourself: user_reading_habits.md');
  expect(report).toContain('feedback_none.md with 2026-06-05, which is not there');
  await applyDream(agent.world, { agent: 'harbor', write });
  expect(agent.read(`memory/${ONE}`)).toMatch(/- journal\/2026-06\/2026-06-05\.md[\s\S]*Now so\./);
  expect(agent.read(`memory/${TWO}`)).toContain('Dates first.');
});

test('the synthesis drops changes; themes need three days of journal that are there', async () => {
  const theme = (name: string, journal_days: readonly string[]) => ({
    ...{ type: 'project', name, description: 'x', body: 'x', journal_days },
  });
  const { agent, manifest } = await dreamed([
    merged(),
    none.contradictions,
    said({
      promotions: [
        theme('Shelf marks', ['2026-06-01', '2026-06-02', '2026-06-03']),
        theme('Invented', ['2026-06-01', '2026-06-02', '1999-01-01']),
      ],
    }),
    said({ summary: 'One is enough.', drop: [{ change: 1, reason: 'it loses the reason' }] }),
  ]);
  expect(manifest.changes).toMatchObject([
    { kind: 'promotion', files: ['project_shelf_marks.md'] },
  ]);
  const report = agent.read(`dreams/${manifest.id}/report.md`);
  expect(report).toContain('One is enough.');
  expect(report).toContain('it loses the reason');
  expect(report).toContain('Not promoted: "Invented" stands on 2 days');
});

test.each([
  ['an answer that breaks its contract twice', { text: 'no' }, 'agent/dream-unreadable'],
  [
    'a provider that fails',
    new ModelError({ code: 'model/overloaded', message: 'busy', hint: 'wait' }),
    'model/overloaded',
  ],
])('%s fails the dream, and says so', async (_, reply, code) => {
  const agent = await testAgent(scriptedModel([reply, reply]), twins);
  await expect(dream(agent.world, { agent: 'harbor', write })).rejects.toMatchObject({ code });
  const [, failed] = await readDreams(await snapshotOf(agent));
  expect(failed?.manifest).toMatchObject({
    status: 'failed',
    error: expect.stringContaining(code),
  });
  await expect(applyDream(agent.world, { agent: 'harbor', write })).rejects.toMatchObject({
    code: 'agent/dream-not-ready',
  });
});

test('a dream that would not fit under the caps is refused and leaves no folder', async () => {
  const agent = await testAgent(scriptedModel([]), (root) => {
    twins(root);
    const path = join(root, 'model.md');
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace('daily_cap_usd: 0.75', 'daily_cap_usd: 0.01'),
    );
  });
  await expect(dream(agent.world, { agent: 'harbor', write })).rejects.toMatchObject({
    code: 'agent/dream-over-budget',
    kind: 'refused',
  });
  expect(readdirSync(join(agent.root, 'dreams'))).toHaveLength(1);
});

test('one dream at a time; what a dead process left is failed by the next', async () => {
  const { agent, manifest } = await dreamed([
    merged(),
    none.contradictions,
    none.promotions,
    agreed,
    said({ is_duplicate: false }),
    none.contradictions,
    none.promotions,
  ]);
  const held = await agent.log.leases.acquire('dream:harbor', { holder: 'x', ttlMillis: 1000 });
  await expect(dream(agent.world, { agent: 'harbor', write })).rejects.toMatchObject({
    code: 'agent/dream-in-progress',
    kind: 'busy',
  });
  await held?.release();
  const path = `dreams/${manifest.id}/manifest.json`;
  const running = agent.read(path).replace('"completed"', '"running"');
  await agent.world.folder.writeDocument(path, running);
  agent.clock.advance(1_000_000);
  await dream(agent.world, { agent: 'harbor', write });
  expect(JSON.parse(agent.read(path))).toMatchObject({ status: 'failed' });
});

test('a dream is discarded unless it was applied', async () => {
  const { agent, manifest } = await dreamed([
    merged(),
    none.contradictions,
    none.promotions,
    agreed,
  ]);
  await discardDream(agent.world, { agent: 'harbor', id: manifest.id, write });
  expect((await readDreams(await snapshotOf(agent))).map(({ manifest: { id } }) => id)).toEqual([
    'drm_2026-06-05T163000_4be19c',
  ]);
  await expect(
    discardDream(agent.world, { agent: 'harbor', id: '../memory', write }),
  ).rejects.toMatchObject({ code: 'agent/unknown-dream' });
});

test('the dream of harbor opens, is reviewed, and has nothing to take over', async () => {
  const agent = await testAgent();
  const snapshot = await snapshotOf(agent);
  const found = await readDream(snapshot);
  expect(found.manifest).toMatchObject({ status: 'completed', costUsd: 0.0219 });
  expect(await reviewDream(snapshot, found)).toMatchObject({
    files: [],
    leftOut: [],
    report: expect.stringContaining('Eleven notes read'),
  });
  const memory = agent.read('memory/INDEX.md');
  await applyDream(agent.world, { agent: 'harbor', write });
  expect(agent.read('memory/INDEX.md')).toBe(memory);
});

test('what the operator edits in the staged memory is what is taken over', async () => {
  const { agent, manifest } = await dreamed([
    merged('Tide tables'),
    none.contradictions,
    none.promotions,
    agreed,
  ]);
  const path = `dreams/${manifest.id}/memory/feedback_tide_tables.md`;
  await agent.world.folder.writeDocument(path, agent.read(path).replace('Both.', 'All of it.'));
  await applyDream(agent.world, { agent: 'harbor', write });
  expect(agent.read('memory/feedback_tide_tables.md')).toContain('All of it.');
});

test('a secret that a model repeats reaches no file', async () => {
  const agent = await testAgent(
    scriptedModel([
      said({ is_duplicate: true, merged_name: 'Tide', merged_body: 'The key is hunter2.' }),
      none.contradictions,
      none.promotions,
      said({ summary: 'hunter2', drop: [] }),
    ]),
    twins,
  );
  const redact = (value: unknown) => JSON.parse(JSON.stringify(value).replaceAll('hunter2', '***'));
  const manifest = await dream({ ...agent.world, redact }, { agent: 'harbor', write });
  expect(agent.read(`dreams/${manifest.id}/memory/feedback_tide.md`)).toContain('The key is ***.');
  expect(agent.read(`dreams/${manifest.id}/report.md`)).not.toContain('hunter2');
});
