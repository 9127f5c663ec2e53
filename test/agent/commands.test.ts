import { appendFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testMachine } from '../machine.ts';
import { OPENAI_KEY, openaiServer } from '../model/openai-wire.ts';

const harbor = () => {
  const machine = testMachine();
  const root = machine.path('harbor');
  cpSync(join(import.meta.dirname, '../../examples/harbor'), root, { recursive: true });
  expect(machine.datum(['boot', root]).code).toBe(0);
  return { machine, at: { in: root } };
};

test('a copy of harbor answers through flux/think with no key, and says what it did', () => {
  const { machine, at } = harbor();
  const ran = machine.json(['run', 'harbor', 'is 997 prime?', '--model', 'flux/think'], at);
  expect(ran).toMatchObject({ status: 'ok', text: 'true', costUsd: 0 });
  const story = machine.json(['explain', ran.run], at);
  expect(story).toMatchObject({ agent: 'harbor', workItem: 'is 997 prime?' });
  expect(story.steps[0]).toMatchObject({ operation: 'model/generate', outcome: 'ok' });
  const told = machine.datum(['explain', ran.run], at).out;
  expect(told).toMatch(/asked flux\/think: is 997 prime\?/);
  expect(told).not.toMatch(/clock\/now|recorded-so-far|model\/generate/);
  const prompt = machine.json(['prompt', 'harbor', '--known', story.known], at);
  expect(prompt.prompt).toContain('# tools.md');
  const [last] = machine.json(['runs', '-n', '1'], at);
  expect(last).toMatchObject({ run: ran.run, status: 'ok', model: 'flux/think' });
  expect(machine.git(['status', '--porcelain'], at)).toBe('');
}, 120_000);

test('what a cap refuses is said on standard error and with exit 3, also with --quiet', async () => {
  const { machine, at } = harbor();
  const file = join(at.in, 'model.md');
  const caps = readFileSync(file, 'utf8');
  writeFileSync(file, caps.replace('daily_cap_usd: 0.75', 'daily_cap_usd: 0.000001'));
  const server = await openaiServer([{ pieces: ['unused'] }], { key: OPENAI_KEY });
  const env = { OPENAI_API_KEY: OPENAI_KEY, OPENAI_BASE_URL: `${server.url}/v1` };
  const ask = ['run', 'harbor', 'is 997 prime?', '--model', 'gpt-5-mini'];
  for (const more of [[], ['--quiet'], ['--quiet', '--format', 'json']]) {
    const { code, err } = await machine.run([...ask, ...more], { ...at, env });
    expect([code, err]).toEqual([3, expect.stringMatching(/^skipped: .*cap/)]);
    if (more.includes('--quiet')) expect(err.split('\n')).toHaveLength(2);
  }
  expect(server.requests).toEqual([]);
}, 60_000);

test('a dry run shows the exact prompt, the tokens and the highest cost, and asks nothing', async () => {
  const { machine, at } = harbor();
  const server = await openaiServer([{ pieces: ['It is.'] }], { key: OPENAI_KEY });
  const env = { OPENAI_API_KEY: OPENAI_KEY, OPENAI_BASE_URL: `${server.url}/v1` };
  const run = ['run', 'harbor', 'is 997 prime?', '--model', 'gpt-5-mini'];
  const plan = await machine.ask([...run, '--dry-run'], { ...at, env });
  const { out, code } = await machine.run([...run, '--dry-run'], { ...at, env });
  expect(code).toBe(0);
  expect(server.requests).toEqual([]);
  expect(
    out.startsWith(`${plan.prompt}\n\nwork item  is 997 prime?\nmodel      gpt-5-mini\n`),
  ).toBe(true);
  expect(plan.inputTokens).toBeGreaterThan(plan.prompt.length / 8);
  expect(out).toContain(
    `tokens     about ${plan.inputTokens} in, at most ${plan.maxOutputTokens} out\n`,
  );
  // At least what is estimated to go in and the most that may come out, at 0.25 and 2 USD a million.
  const estimate = (plan.inputTokens * 0.25 + plan.maxOutputTokens * 2) / 1e6;
  expect(plan.callCeilingUsd).toBeGreaterThanOrEqual(estimate);
  expect(out).toContain(`ceiling    ${plan.callCeilingUsd.toFixed(6)} USD a call\n`);
  expect((await machine.run(run, { ...at, env })).code).toBe(0);
  const [system, asked] = server.requests[0]?.body.messages ?? [];
  expect([system.content, asked.content]).toEqual([plan.prompt, plan.workItem]);
}, 60_000);

test('the figures of harbor come out of costs and runs: by day and model, shares, savings', () => {
  const { machine, at } = harbor();
  const days = machine.json(['costs'], at);
  expect(days.total).toBe(1.11975);
  expect(days.rows.map((row: { usd: number }) => row.usd)).toEqual([
    0.05202, 0.06279, 0.049635, 0.75219, 0.203115,
  ]);
  const models = machine.json(['costs', '--by', 'model'], at);
  expect(models.rows.map((row: { usd: number }) => row.usd).toSorted()).toEqual([
    0.00924, 0.5133, 0.59721,
  ]);
  const dear = machine.json(['costs', '--by', 'run', '-n', '2'], at);
  expect(dear).toMatchObject({ total: 1.11975, rows: [{ usd: 0.5133 }, {}] });
  const all = machine.json(['costs', '--by', 'run', '--all'], at);
  expect(all.rows.slice(0, 2)).toEqual(dear.rows);
  expect(dear.others.runs).toBe(all.rows.length - 2);
  expect(dear.others.usd).toBeCloseTo(1.11975 - dear.rows[0].usd - dear.rows[1].usd, 9);
  expect(all).not.toHaveProperty('others');
  const since = machine.json(['costs', '--by', 'agent', '--since', '2026-06-04'], at);
  expect(since.rows).toEqual([{ key: 'harbor', usd: 0.955305, records: expect.any(Number) }]);
  const runs: readonly { status: string }[] = machine.json(['log', 'runs', '-n', '1000'], at);
  const count = (status: string): number => runs.filter((run) => run.status === status).length;
  expect(runs).toHaveLength(23);
  expect([count('error'), count('lock_busy'), count('skipped')].map((n) => n / 23)).toEqual(
    [0.0435, 0.087, 0.0435].map((share) => expect.closeTo(share, 4)),
  );
  expect(machine.json(['runs', '--counts'], at)).toEqual({
    records: 28,
    runs: 23,
    byStatus: [
      { status: 'error', runs: 1, share: 0.0435 },
      { status: 'lock_busy', runs: 2, share: 0.087 },
      { status: 'ok', runs: 19, share: 0.8261 },
      { status: 'skipped', runs: 1, share: 0.0435 },
    ],
  });
  // The sample was priced when opus cost 15 and 75; its own costs stay whatever is stated.
  machine.json(
    ['models', 'price', 'claude-opus-4-7-20260101', '15', '75', '--from', '2026-01-01'],
    at,
  );
  const { total, savings } = machine.json(['costs', '--savings'], at);
  expect(total).toBe(1.11975);
  expect(savings).toEqual({
    cache: { hitShare: 0.4229, savedUsd: 0.24948 },
    helpers: { calls: 2, usd: 0.00924, mainUsd: 0.03465, savedUsd: 0.02541 },
  });
  const { out } = machine.datum(['costs', '--by', 'run'], at);
  expect(out).toContain('█');
  expect(out).toContain('run-20260601-060000-000000-1b7e04c2');
}, 120_000);

test('memory is listed, shown, searched, looked over, promoted and redacted', () => {
  const { machine, at } = harbor();
  const notes = machine.json(['memory', 'list', 'harbor'], at);
  expect(notes).toHaveLength(11);
  const note = 'user_reading_habits.md';
  expect(machine.json(['memory', 'show', 'harbor', note], at).text).toContain('bottom up');
  const hits = machine.json(['memory', 'search', 'harbor', 'pleasantry'], at);
  expect(hits).toMatchObject([{ file: note }]);
  expect(machine.datum(['memory', 'lint', 'harbor'], at).code).toBe(1);
  machine.json(['memory', 'promote', 'harbor', note, 'persona/USER.md#reading'], at);
  expect(machine.json(['memory', 'show', 'harbor', note], at).text).toContain('superseded_by');
  expect(machine.json(['memory', 'history', 'harbor', note], at)).toHaveLength(2);
  const [version] = machine.json(['memory', 'redact', 'harbor', note], at);
  machine.json(['memory', 'redact', 'harbor', note, version.hash], at);
  expect(machine.datum(['verify'], at).code).toBe(0);
}, 120_000);

test('a contradiction that a run left to a person stands among the conflicts of boot and resume until it is decided', async () => {
  const { machine, at } = harbor();
  const old = join(at.in, 'memory/reference_old_hours.md');
  const fields = {
    ...{ schema_version: 1, name: 'Old hours', description: 'Of the desk', type: 'reference' },
    ...{
      captured: "'2026-05-01'",
      last_seen: "'2026-05-01'",
      sources: '[wiki]',
      confidence: 'high',
    },
  };
  const front = Object.entries(fields).map(([key, value]) => `${key}: ${value}\n`);
  writeFileSync(old, `---\n${front.join('')}---\n\nThe archive opens at 9 on weekdays.\n`);
  const input = {
    ...{ type: 'reference', name: 'Hours of the archive', description: 'When it can be visited' },
    ...{
      confidence: 'high',
      sources: ['observation'],
      body: 'The archive opens at 10 on weekdays.',
    },
  };
  const server = await openaiServer(
    [{ toolCalls: [{ id: 'call_1', name: 'atomic_capture', input }] }, { pieces: ['Noted.'] }],
    { key: OPENAI_KEY },
  );
  const env = { OPENAI_API_KEY: OPENAI_KEY, OPENAI_BASE_URL: `${server.url}/v1` };
  await machine.ask(['run', 'harbor', 'note the hours', '--model', 'gpt-5-mini'], { ...at, env });
  const line =
    'memory/reference_hours_of_the_archive.md against memory/reference_old_hours.md: the later one was only observed';
  for (const command of ['boot', 'resume']) {
    const { out } = await machine.run([command], at);
    expect(out.replaceAll(/[│\s]+/g, ' ')).toContain(`Conflicts: - ${line} `);
    const data = await machine.ask([command], at);
    expect((data.before ?? data).contradictions).toEqual([line]);
  }
  rmSync(old);
  for (const command of ['boot', 'resume']) {
    expect((await machine.run([command], at)).out).not.toContain('against memory/');
  }
}, 60_000);

test('a goal is worked on by commands: shown, advanced, blocked, abandoned, put away', () => {
  const { machine, at } = harbor();
  expect(machine.json(['goal', 'status', 'harbor'], at)).toMatchObject({
    done: 1,
    total: 4,
    next: 'ch5_check',
  });
  expect(machine.json(['goal', 'next', 'harbor'], at)).toMatchObject({ id: 'ch5_check' });
  machine.json(['goal', 'add', 'harbor', 'ch6', 'Chapter 6', '--criterion', 'all checked'], at);
  machine.json(['goal', 'block', 'harbor', 'ch6', '--by', 'ch5_check'], at);
  machine.json(
    ['goal', 'advance', 'harbor', 'ch5_check', '--complete', '--output', 'output/5.md'],
    at,
  );
  const open = machine.datum(['goal', 'complete', 'harbor'], at);
  expect([open.code, open.err]).toEqual([2, expect.stringContaining('not done')]);
  for (const id of ['ch4_check', 'ch4_decisions', 'ch6']) {
    machine.json(['goal', 'abandon', 'harbor', id, '--reason', 'enough'], at);
  }
  const report = machine.datum(['goal', 'report', 'harbor'], at);
  expect(report.out).toContain('[x] ch5_check');
  const { archived } = machine.json(['goal', 'complete', 'harbor'], at);
  expect(machine.datum(['goal', 'status', 'harbor'], at).code).toBe(2);
  expect(archived).toContain('goal_archive/');
  expect(machine.git(['status', '--porcelain'], at)).toBe('');
}, 120_000);

test('datum skills lists what can be loaded, and ends with 1 for what cannot', async () => {
  const { machine, at } = harbor();
  const shown = await machine.ask(['skills', 'harbor'], at);
  expect(shown.skills.map(({ name }: { name: string }) => name)).toEqual(['source-triage']);
  expect(shown.problems).toEqual([]);
  mkdirSync(join(at.in, 'skills/bad'));
  writeFileSync(join(at.in, 'skills/bad/SKILL.md'), '---\nname: Bad Name\ndescription: x\n---\n');
  const { code, out } = await machine.run(['skills', 'harbor'], at);
  expect([code, out]).toEqual([1, expect.stringContaining('error: skills/bad: ')]);
  expect((await machine.run(['skills', 'nobody'], at)).code).toBe(2);
});

test('memory is searched by meaning through the embedding model that model.md names', async () => {
  const { machine, at } = harbor();
  const server = await openaiServer([{ pieces: ['unused'] }], { key: OPENAI_KEY });
  appendFileSync(join(at.in, 'model.md'), '\n## Embedding model\n\ntext-embedding-3-small\n');
  const env = { OPENAI_API_KEY: OPENAI_KEY, OPENAI_BASE_URL: `${server.url}/v1` };
  const search = (...more: string[]) =>
    machine.ask(['memory', 'search', 'harbor', 'whom', 'does', 'she', 'trust', ...more], {
      ...at,
      env,
    });
  const hits: readonly { by: readonly string[] }[] = await search();
  expect(hits).toHaveLength(10);
  expect(hits[0]?.by).toEqual(['meaning']);
  const paths = server.requests.map(({ path }) => path);
  expect(new Set(paths)).toEqual(new Set(['/v1/embeddings']));
  // The notes have their vectors now; another search asks about the question alone.
  await search();
  expect(server.requests.at(-1)?.body.input).toHaveLength(1);
  expect(await search('--words')).toEqual([]);
  const day = new Date().toISOString().slice(0, 10);
  const log = readFileSync(join(at.in, `log/${day.slice(0, 7)}/${day}.jsonl`), 'utf8');
  expect(log).toContain('"trigger": "embed_cost"');
  expect(machine.git(['status', '--porcelain'], at)).toBe('');
}, 60_000);

test('caps are kept by the clone that spends; another takes them over, and the first learns it by a pull', async () => {
  const { machine: ada, at: a } = harbor();
  const server = await openaiServer([{ pieces: ['It is.'] }], { key: OPENAI_KEY });
  const env = { OPENAI_API_KEY: OPENAI_KEY, OPENAI_BASE_URL: `${server.url}/v1` };
  const run = (machine: typeof ada, at: typeof a) =>
    machine.run(['run', 'harbor', 'is 997 prime?', '--model', 'gpt-5-mini'], { ...at, env });
  expect(await ada.ask(['caps', 'list', 'harbor'], a)).not.toHaveProperty('owner');
  expect((await run(ada, a)).code).toBe(0);
  const kept = await ada.ask(['caps', 'list', 'harbor'], a);
  expect(kept.caps).toContainEqual(
    expect.objectContaining({ account: expect.stringMatching(/^day\/harbor\//), action: 'skip' }),
  );
  expect((await ada.run(['caps', 'list', 'harbor'], a)).out).toContain('kept by here');

  const bea = ada.other();
  const b = { in: ada.path('b') };
  bea.git(['clone', '--quiet', 'harbor', 'b']);
  await bea.ask(['boot', 'b', '--trust']);
  const refused = await run(bea, b);
  expect([refused.code, refused.err]).toEqual([3, expect.stringContaining('datum caps take-over')]);
  expect(await bea.ask(['caps', 'take-over', 'harbor'], b)).toEqual({
    agent: 'harbor',
    from: kept.owner,
  });
  expect((await run(bea, b)).code).toBe(0);
  expect((await bea.run(['caps', 'take-over'], b)).code).toBe(2);

  ada.git(['remote', 'add', 'origin', ada.path('b')], a);
  await ada.ask(['pull'], a);
  await ada.run(['trust', 'writers', '--all'], a);
  expect((await ada.ask(['caps', 'list', 'harbor'], a)).owner).not.toBe(kept.owner);
  const late = await run(ada, a);
  expect([late.code, late.err]).toEqual([3, expect.stringContaining('datum caps take-over')]);
  expect(server.requests).toHaveLength(2);
}, 120_000);
