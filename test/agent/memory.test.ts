import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  explainRun,
  lintMemory,
  openContradictions,
  openSnapshot,
  promotableNotes,
  promoteNote,
  readNotes,
  redactKept,
  runAgent,
  settleContradictions,
  versionsOf,
} from '../../src/agent/index.ts';
import { DAY, NOON, scriptedModel, type TestAgent, testAgent } from './agent-world.ts';

/** An agent that remembers these notes and nothing else: file name, front matter and body of each. */
async function remembering(
  notes: Readonly<Record<string, { readonly [field: string]: string } | string>>,
  index = '# Memory Index\n',
  model = scriptedModel([]),
): Promise<TestAgent> {
  return testAgent(model, (root) => {
    rmSync(join(root, 'memory'), { recursive: true });
    mkdirSync(join(root, 'memory'));
    for (const [file, given] of Object.entries({ 'INDEX.md': index, ...notes })) {
      const text = typeof given === 'string' ? given : printed(file, given);
      const path = join(root, 'memory', file);
      writeFileSync(path, text);
    }
  });
}

function printed(file: string, given: { readonly [field: string]: string }): string {
  const { body = 'Nothing.', ...fields } = given;
  // Far enough from each other not to be taken for one note.
  const topic = file.replace(/^[a-z]+_|\.md$/g, '').repeat(6);
  const all: Record<string, string> = {
    captured: "'2026-06-01'",
    confidence: 'medium',
    description: topic,
    last_seen: "'2026-06-01'",
    name: topic,
    schema_version: '1',
    sources: '[wiki]',
    type: file.split('_')[0] ?? '',
    ...fields,
  };
  const lines = Object.entries(all).map(([key, value]) => `${key}: ${value}`);
  return `---\n${lines.sort().join('\n')}\n---\n\n${body}\n`;
}

const snapshotOf = async (agent: TestAgent) =>
  openSnapshot(agent.log, { agent: 'harbor', database: await agent.log.at() });

const lint = async (agent: TestAgent) =>
  (await lintMemory(await snapshotOf(agent), DAY)).map(({ kind, files }) => [kind, ...files]);

const place = async (agent: TestAgent) => ({
  folder: agent.world.folder,
  snapshot: await snapshotOf(agent),
  write: { by: 'user:ada' },
  now: NOON,
});

const listed = (...files: readonly string[]): string =>
  `# Memory Index\n\n## Reference\n${files.map((file) => `- [${file}](${file}) — x\n`).join('')}`;

test('lint names each thing a person should look at, and nothing in a sound memory', async () => {
  const sound = await remembering({ 'reference_quay.md': {} }, listed('reference_quay.md'));
  expect(await lint(sound)).toEqual([]);
  const agent = await remembering(
    {
      'reference_broken.md': 'no front matter\n',
      'reference_old.md': { last_seen: "'2026-01-01'" },
      'reference_over.md': { expires_at: "'2026-06-07'" },
      'reference_sure.md': { confidence: 'high', sources: '[observation]' },
      'reference_twin_one.md': { name: 'Where the ledger lies' },
      'reference_twin_two.md': { name: 'Where the ledgers lie' },
      'reference_next.md': { supersedes: 'reference_gone.md' },
      'reference_unlisted.md': {},
    },
    listed(
      ...['broken', 'old', 'over', 'sure', 'twin_one', 'twin_two', 'next', 'lost'].map(
        (topic) => `reference_${topic}.md`,
      ),
    ),
  );
  expect(await lint(agent)).toEqual([
    ['damaged', 'reference_broken.md'],
    ['duplicate', 'reference_twin_one.md', 'reference_twin_two.md'],
    ['stale', 'reference_old.md'],
    ['expired', 'reference_over.md'],
    ['unproven', 'reference_sure.md'],
    ['not-in-index', 'reference_unlisted.md'],
    ['index-without-note', 'reference_lost.md'],
    ['broken-link', 'reference_next.md'],
  ]);
});

const open = { body: 'The reading room is open on Mondays.' };
const closed = { body: 'The reading room is not open on Mondays.', captured: "'2026-06-02'" };

test.each([
  ['the later one wins', {}, {}, undefined],
  ['the later one is less certain', { confidence: 'high' }, { confidence: 'low' }, 'less certain'],
  ['the later one was only observed', {}, { sources: '[observation]' }, 'only observed'],
  ['both are of one day', {}, { captured: "'2026-06-01'" }, 'same day'],
])('two notes contradict each other: %s (§4.7)', async (_, earlier, later, ask) => {
  const agent = await remembering({
    'reference_a.md': { ...open, ...earlier },
    'reference_b.md': { ...closed, ...later },
  });
  const [finding] = (await lintMemory(await snapshotOf(agent), DAY)).filter(
    ({ kind }) => kind === 'contradiction',
  );
  expect(finding?.message).toContain(ask ?? 'the later one wins: reference_b.md');
  const before = agent.read('memory/reference_a.md');
  const notes = await readNotes(await snapshotOf(agent));
  const settled = await settleContradictions(await place(agent), notes);
  expect(settled).toEqual(ask === undefined ? [['reference_a.md', 'reference_b.md']] : []);
  const after = agent.read('memory/reference_a.md');
  if (ask !== undefined) return expect(after).toBe(before);
  expect(after).toContain('superseded_by: reference_b.md');
  expect(after).toContain('The reading room is open on Mondays.');
  expect(agent.read('memory/reference_b.md')).toContain('supersedes: reference_a.md');
  expect(versionsOf(await snapshotOf(agent), 'reference_a.md')).toHaveLength(1);
});

test('more than two notes that contradict each other are for a person', async () => {
  const agent = await remembering({
    'reference_a.md': open,
    'reference_b.md': closed,
    'reference_c.md': { ...closed, captured: "'2026-06-03'" },
  });
  const notes = await readNotes(await snapshotOf(agent));
  expect(await settleContradictions(await place(agent), notes)).toEqual([]);
});

test('numbers contradict each other too', async () => {
  const agent = await remembering({
    'reference_a.md': { body: 'The reading room has 24 seats.' },
    'reference_b.md': { body: 'The reading room has 20 seats.', captured: "'2026-06-02'" },
  });
  expect(await lint(agent)).toContainEqual(['contradiction', 'reference_a.md', 'reference_b.md']);
});

test('a section whose heading begins alike does not swallow a new line of the index (D17)', async () => {
  const input = {
    type: 'reference',
    name: 'Tide tables',
    description: 'where they hang',
    confidence: 'medium',
    sources: ['wiki'],
    body: 'By the gate.',
  };
  const model = scriptedModel([
    { text: 'ok', toolCalls: [{ id: '1', name: 'atomic_capture', input }] },
  ]);
  const index = '# Memory Index\n\n## Reference docs\nBy hand.\n';
  const agent = await remembering({}, index, model);
  await runAgent(agent.world, { agent: 'harbor', workItem: 'x' });
  expect(agent.read('memory/INDEX.md')).toBe(
    `${index}\n## Reference\n- [Tide tables](reference_tide_tables.md) — where they hang\n`,
  );
});

test('INDEX_*.md are no notes, and names without a letter of ASCII get files of their own (D17)', async () => {
  const capture = (name: string, id: string) => ({
    id,
    name: 'atomic_capture',
    input: { type: 'user', name, description: name, confidence: 'low', sources: ['x'], body: name },
  });
  const model = scriptedModel([
    { text: 'ok', toolCalls: [capture('台帳', '1'), capture('潮汐', '2')] },
  ]);
  const agent = await remembering({ 'INDEX_user.md': '# User\n' }, undefined, model);
  const result = await runAgent(agent.world, { agent: 'harbor', workItem: 'x' });
  expect(new Set(result.captures).size).toBe(2);
  const notes = await readNotes(await snapshotOf(agent));
  expect(notes.map(({ note }) => note.name).sort()).toEqual(['台帳', '潮汐'].sort());
});

test('a promoted note leaves the prompt and keeps a version; a redacted version keeps its front matter', async () => {
  const agent = await remembering({ 'user_tea.md': { body: 'Likes smoked tea.' } });
  await promoteNote(await place(agent), { file: 'user_tea.md', to: 'persona/USER.md#tea' });
  expect(agent.read('memory/user_tea.md')).toContain('superseded_by: persona/USER.md#tea');
  const [version] = versionsOf(await snapshotOf(agent), 'user_tea.md');
  const path = await redactKept(await place(agent), {
    file: 'user_tea.md',
    hash: version?.hash ?? '',
  });
  expect(agent.read(path)).toContain('type: user');
  expect(agent.read(path)).not.toContain('smoked');
  const wrong = promoteNote(await place(agent), { file: 'user_tea.md', to: 'tools.md' });
  await expect(wrong).rejects.toMatchObject({ code: 'agent/bad-promotion', kind: 'usage' });
  expect(existsSync(join(agent.root, 'memory/.versions'))).toBe(true);
  expect(readdirSync(join(agent.root, 'memory')).includes('user_tea.md')).toBe(true);
});

const shop = (body: string, more: object = {}) => ({
  type: 'reference',
  name: 'Hours of the archive',
  description: 'When the archive can be visited',
  confidence: 'high',
  sources: ['conversation_2026-06-08'],
  body,
  ...more,
});

/** A memory that knows when an archive opens, after an agent has captured something else about it. */
async function afterCapture(capture: object, old: Readonly<Record<string, string>> = {}) {
  const model = scriptedModel([
    { toolCalls: [{ id: '1', name: 'atomic_capture', input: { ...capture } }] },
    { text: 'Noted.' },
  ]);
  const notes = {
    'reference_old_hours.md': { body: 'The archive opens at 9 on weekdays.', ...old },
    'reference_tea.md': { body: 'The archive serves no tea on weekdays.' },
  };
  const agent = await remembering(notes, '# Memory Index\n', model);
  await runAgent(agent.world, { agent: 'harbor', workItem: 'x' });
  return agent;
}

test('a capture that contradicts an earlier note supersedes it at once, linked both ways, with a version', async () => {
  const agent = await afterCapture(shop('The archive opens at 10 on weekdays.'));
  const fresh = 'reference_hours_of_the_archive.md';
  expect(agent.read(`memory/${fresh}`)).toContain('supersedes: reference_old_hours.md');
  expect(agent.read('memory/reference_old_hours.md')).toContain(`superseded_by: ${fresh}`);
  expect(agent.read('memory/reference_tea.md')).not.toContain('superseded_by');
  expect(readdirSync(join(agent.root, 'memory/.versions/reference_old_hours'))).toHaveLength(1);
});

test.each([
  ['is less certain', { confidence: 'low' }, { confidence: 'high' }],
  ['was only observed', { sources: ['observation'] }, {}],
  ['is of the same day', {}, { captured: "'2026-06-08'", last_seen: "'2026-06-08'" }],
  ['would put a pinned note away', {}, { pinned: 'true' }],
  [
    'speaks of a part of the earlier note alone',
    {},
    { body: 'The archive opens at 9 on weekdays. The key hangs behind the door.' },
  ],
])('a capture that %s is left to a person', async (_, more, old) => {
  const agent = await afterCapture(shop('The archive opens at 10 on weekdays.', more), old);
  expect(agent.read('memory/reference_old_hours.md')).not.toContain('superseded_by');
  expect(agent.read('memory/reference_hours_of_the_archive.md')).not.toContain('supersedes');
});

test('a contradiction that is left to a person is in the record of the run and open until one decides', async () => {
  const agent = await afterCapture(
    shop('The archive opens at 10 on weekdays.', { sources: ['observation'] }),
  );
  const why = 'the later one was only observed';
  const line = agent
    .read(`log/${DAY.slice(0, 7)}/${DAY}.jsonl`)
    .trimEnd()
    .split('\n')
    .map((text) => JSON.parse(text))
    .find(({ trigger }) => trigger === 'capture_contradiction');
  const note = 'reference_hours_of_the_archive.md';
  expect(line).toMatchObject({ note, contradicts: 'reference_old_hours.md', why });
  const { steps } = await explainRun(agent.log, line.parent_run_id ?? line.run_id);
  const told = steps.find(({ operation }) => operation === 'agent/write-memory');
  expect(told?.result).toBe(
    `${note}; contradicts reference_old_hours.md, for a person to decide: ${why}`,
  );
  const open = async () => openContradictions(await agent.log.at(), agent.world.folder);
  expect(await open()).toEqual([
    { note: `memory/${note}`, other: 'memory/reference_old_hours.md', why },
  ]);
  rmSync(join(agent.root, 'memory/reference_old_hours.md'));
  await agent.world.folder.reconcile();
  expect(await open()).toEqual([]);
});

test('what the user said belongs into the persona may go there, but never what is of a project', async () => {
  const agent = await remembering({
    'user_said.md': { tags: '[Promote, tea]' },
    'project_said.md': { tags: '[promote]' },
    'user_unsaid.md': { tags: '[promoted]' },
  });
  const database = await agent.log.at();
  const snapshot = await openSnapshot(agent.log, { agent: 'harbor', database });
  expect(promotableNotes(snapshot, await readNotes(snapshot))).toEqual([
    { file: 'user_said.md', why: 'the user said so' },
  ]);
});

test('a note that has earned a place in the persona is named with the reason', async () => {
  const days = ['01-02', '01-20', '02-03', '03-04', '04-05'];
  const sources = `\n${days.map((day) => `- conversation_2026-${day}`).join('\n')}`;
  const long = { captured: "'2026-01-02'", last_seen: "'2026-04-05'", sources };
  const agent = await remembering({
    'feedback_long.md': { ...long, type: 'feedback' },
    'feedback_short.md': { ...long, type: 'feedback', last_seen: "'2026-01-20'" },
    'project_long.md': { ...long, type: 'project' },
    'decision_sure.md': { type: 'decision', confidence: 'high' },
    'decision_open.md': { type: 'decision' },
    'user_often.md': { type: 'user' },
  });
  const kept = join(agent.root, 'memory/.versions/user_often');
  mkdirSync(kept, { recursive: true });
  for (const n of [1, 2, 3]) {
    writeFileSync(
      join(kept, `2026060${n}T000000000000Z_0000000${n}.md`),
      '---\nname: x\n---\n\nx\n',
    );
  }
  await agent.world.folder.reconcile();
  const snapshot = await openSnapshot(agent.log, {
    agent: 'harbor',
    database: await agent.log.at(),
  });
  expect(promotableNotes(snapshot, await readNotes(snapshot))).toEqual([
    { file: 'decision_sure.md', why: 'a decision of high confidence' },
    { file: 'feedback_long.md', why: 'seen in 5 sessions over 93 days' },
    { file: 'user_often.md', why: 'confirmed 3 times' },
  ]);
});
