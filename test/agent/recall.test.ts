import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSnapshot, recallNotes, runAgent } from '../../src/agent/index.ts';
import { liveVectors } from '../../src/agent/memory/vectors.ts';
import { answer, type Handler, liveHandler, within } from '../../src/effect/index.ts';
import type { Point } from '../../src/fact/index.ts';
import { embed } from '../../src/model/index.ts';
import { DAY, scriptedModel, type TestAgent, testAgent } from './agent-world.ts';

/** A model that understands two things, each by several words. */
const topics = [/quillwort|fern/i, /tide|ebb|flood/i];
function meaningModel() {
  const asked: (readonly string[])[] = [];
  const handler: Handler = liveHandler('embeddings', [
    answer(embed, ({ texts }) => {
      asked.push(texts);
      const vectors = texts.map((text) => [
        ...topics.map((topic) => (topic.test(text) ? 1 : 0)),
        0.01,
      ]);
      return { vectors, tokens: texts.length * 3, measured: true };
    }),
  ]);
  return { handler, asked };
}

async function recall(
  agent: TestAgent,
  question: string,
  { point = {}, model = 'text-embedding-3-small' }: { point?: Point; model?: string } = {},
) {
  const { handler, asked } = meaningModel();
  const database = await agent.log.at(point);
  const snapshot = await openSnapshot(agent.log, { agent: 'harbor', database });
  const more = model === '' ? {} : { embeddingModel: model };
  const { hits } = await within([handler, liveVectors(agent.log)], () =>
    recallNotes(agent.log, snapshot, { question, limit: 20, point, ...more }),
  );
  return { files: hits.map(({ file }) => file), hits, asked };
}

test('without a model of embeddings words alone are searched, and that is no error', async () => {
  const agent = await testAgent();
  const { files, hits, asked } = await recall(agent, 'pleasantry', { model: '' });
  expect(files).toEqual(['user_reading_habits.md']);
  expect(hits[0]?.by).toEqual(['words']);
  expect(asked).toEqual([]);
});

/** Writes a note by hand and takes it in. */
async function note(agent: TestAgent, name: string, body: string, more = ''): Promise<void> {
  writeFileSync(
    join(agent.root, `memory/reference_${name}.md`),
    `---\ncaptured: '2026-06-01'\nconfidence: high\ndescription: the ${name}\nlast_seen: '2026-06-01'\nname: The ${name}\n${more}schema_version: 1\nsources:\n- wiki\ntype: reference\n---\n\n${body}\n`,
  );
  agent.clock.advance(1_000_000);
  await agent.world.folder.reconcile();
}

test('notes are found by meaning, whose words do not occur in the question', async () => {
  const agent = await testAgent();
  await note(agent, 'shelf', 'Quillwort stands here.');
  const { files, hits } = await recall(agent, 'where are the ferns?');
  expect(files).toEqual(['reference_shelf.md']);
  expect(hits[0]).toMatchObject({ by: ['meaning'], snippet: 'the shelf' });
});

test('what both lists find comes first; superseded and archived notes are left out', async () => {
  const agent = await testAgent();
  await note(agent, 'gate', 'The flood closes it.');
  await note(agent, 'quay', 'Dry at ebb.');
  const both = await recall(agent, 'ebb');
  expect(both.hits.map(({ file, by }) => [file, by])).toEqual([
    ['reference_quay.md', ['words', 'meaning']],
    ['reference_gate.md', ['meaning']],
  ]);
  await note(agent, 'quay', 'Dry at ebb.', 'archived: true\n');
  await note(agent, 'gate', 'The flood closes it.', 'superseded_by: reference_quay.md\n');
  expect((await recall(agent, 'ebb')).files).toEqual([]);
});

test('vectors are kept by content: nothing is embedded twice, and the past is searched by its own', async () => {
  const agent = await testAgent();
  await note(agent, 'shelf', 'Quillwort stands here.');
  const first = await recall(agent, 'where are the ferns?');
  expect(first.asked[0]?.length).toBeGreaterThan(5);
  const known = (await agent.log.at()).known as string;
  await note(agent, 'shelf', 'Nothing stands here.');
  const now = await recall(agent, 'where are the ferns?');
  expect(now.asked[0]).toHaveLength(2);
  expect(now.files).toEqual([]);
  const then = await recall(agent, 'where are the ferns?', { point: { known } });
  expect(then.asked[0]).toHaveLength(1);
  expect(then.files).toEqual(['reference_shelf.md']);
});

test('a pinned note goes before its like', async () => {
  const agent = await testAgent();
  await note(agent, 'shelf_a', 'Quillwort stands here.');
  await note(agent, 'shelf_b', 'Quillwort stands here.', 'pinned: true\n');
  expect((await recall(agent, 'quillwort', { model: '' })).files).toEqual([
    'reference_shelf_b.md',
    'reference_shelf_a.md',
  ]);
});

test('an agent that searches by meaning pays for it: a charge, a line, and its caps', async () => {
  const { handler, asked } = meaningModel();
  const search = { id: '1', name: 'search_memory', input: { words: 'where are the ferns?' } };
  const model = scriptedModel([{ toolCalls: [search] }, { text: 'Inline.' }]);
  const agent = await testAgent(model, (root) => {
    const path = join(root, 'model.md');
    writeFileSync(
      path,
      `${readFileSync(path, 'utf8')}\n## Embedding model\n\ntext-embedding-3-large\n`,
    );
  });
  await note(agent, 'shelf', 'Quillwort stands here.');
  const world = { ...agent.world, live: [model.handler, handler] };
  const result = await runAgent(world, { agent: 'harbor', workItem: 'x' });
  expect(result.status).toBe('ok');
  const answered = model.requests[1]?.messages.at(-1);
  expect(JSON.stringify(answered)).toContain('memory/reference_shelf.md');
  expect(asked).toHaveLength(1);
  const embedded = agent.lines().find(({ trigger }) => trigger === 'embed_cost');
  expect(embedded).toMatchObject({
    primitive: 'embed',
    model: 'text-embedding-3-large',
    parent_run_id: result.run,
    cost_usd: 0.000005,
  });
  const spent = await world.budget?.standing(
    { agent: 'harbor', run: 'other' },
    { caps: [{ scope: 'day', usd: 1, action: 'skip' }], warningThresholds: [] },
  );
  expect(spent?.[0]?.spent).toBe(9005);
  expect(agent.lines(DAY).filter(({ primitive }) => primitive === 'agent_call')).toHaveLength(1);
});

test('by words only the notes that were found are read, however many there are', async () => {
  const agent = await testAgent();
  for (let n = 0; n < 5; n += 1) await note(agent, `shelf_${n}`, `Shelf ${n} holds atlases.`);
  await note(agent, 'quay', 'The quay is closed on Mondays.');
  const snapshot = await openSnapshot(agent.log, {
    agent: 'harbor',
    database: await agent.log.at(),
  });
  const read: string[] = [];
  const watched = {
    ...snapshot,
    read: (path: string) => {
      read.push(path);
      return snapshot.read(path);
    },
  };
  const { hits } = await recallNotes(agent.log, watched, { question: 'Mondays', limit: 5 });
  expect(hits.map(({ file }) => file)).toEqual(['reference_quay.md']);
  expect(read).toEqual(['memory/reference_quay.md']);
});

test('a note is found among many other texts that have the words oftener', async () => {
  const agent = await testAgent();
  const wiki = Array.from({ length: 210 }, (_, n) => ({
    e: `page:${n}`,
    a: 'page/text',
    v: 'Mondays, Mondays, Mondays',
  }));
  await agent.log.transact(wiki);
  await note(agent, 'quay', 'The quay is closed on Mondays, as the harbour master said in spring.');
  const { files } = await recall(agent, 'Mondays', { model: '' });
  expect(files).toEqual(['reference_quay.md']);
});
