import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { applyTuning, decideTuning, proposeTuning } from '../../src/agent/index.ts';
import { DAY, scriptedModel, testAgent } from './agent-world.ts';

const write = { by: 'user:ines' };
const REPORT = `evals/tuning_reports/${DAY}_proposal.md`;

/** A judged result of a test as evals/runs has it. */
const result = (number: number, more: object = {}) =>
  JSON.stringify({
    ts: `2026-06-0${1 + (number % 6)}T10:00:0${number % 10}.000+00:00`,
    agent: 'harbor',
    test_id: `case_${number}`,
    category: 'edge',
    scores: { persona_fidelity: 5 },
    score_justifications: {},
    weighted_score: 4,
    hard_fails: [],
    verdict: 'pass',
    ...more,
  });

const judged = (lines: readonly string[]) => (root: string) =>
  writeFileSync(join(root, 'evals/runs/2026-06-06.jsonl'), `${lines.join('\n')}\n`);

const hardFails = judged([
  result(1, { hard_fails: ['HF1'], verdict: 'fail' }),
  result(2, { hard_fails: ['HF1'], verdict: 'fail' }),
]);

const tuned = async (prepare: (root: string) => void) => testAgent(scriptedModel([]), prepare);

test('a hard fail that recurs becomes a proposal with a diff that applies', async () => {
  const agent = await tuned(hardFails);
  const { proposals, path, daysOfData } = await proposeTuning(agent.world, {
    agent: 'harbor',
    write,
  });
  expect(path).toBe(REPORT);
  expect(daysOfData).toBeGreaterThan(0);
  expect(proposals).toMatchObject([
    {
      id: `harbor-${DAY}-001`,
      idea: 'hard_fail_recurring_HF1',
      targetFile: 'tools.md',
      decision: 'pending',
    },
  ]);
  expect(agent.read(REPORT)).toContain(
    [
      ' - Never cite a volume that the catalogue does not hold.',
      ' - Never edit the manuscript.',
      '+- Before answering, check that the answer never cites a volume that is not held.',
    ].join('\n'),
  );
});

test('a model puts a rule into better words, paid and logged; one that breaks the contract changes nothing', async () => {
  const rule = 'Look each volume up in the catalogue before you cite it.';
  const model = scriptedModel([{ text: JSON.stringify({ words: rule }) }]);
  const agent = await testAgent(model, hardFails);
  const asked = { agent: 'harbor', polish: true, write };
  const { proposals, unworded } = await proposeTuning(agent.world, asked);
  expect(unworded).toEqual([]);
  expect(proposals[0]).toMatchObject({ idea: 'hard_fail_recurring_HF1' });
  expect(proposals[0]?.diff).toContain(`+- ${rule}`);
  expect(JSON.stringify(model.requests[0]?.messages)).toContain('cites a volume that is not held');
  expect(agent.lines().at(-1)).toMatchObject({ trigger: 'tuning', cost_usd: 0.0045 });

  const broken = await testAgent(
    scriptedModel([{ text: 'no' }, { text: '{"words": ""}' }]),
    hardFails,
  );
  const plain = await proposeTuning(broken.world, asked);
  expect(plain.unworded).toMatchObject([{ idea: 'hard_fail_recurring_HF1' }]);
  expect(plain.proposals[0]?.diff).toContain('+- Before answering, check that');
});

test('an accepted proposal changes tools.md though the agent may not write it, once (D19)', async () => {
  const agent = await tuned(hardFails);
  await proposeTuning(agent.world, { agent: 'harbor', write });
  const proposal = `harbor-${DAY}-001`;
  await decideTuning(agent.world, { agent: 'harbor', proposal, decision: 'accepted' }, write);
  const before = agent.read('tools.md');
  const dry = await applyTuning(agent.world, { agent: 'harbor', report: REPORT });
  expect([dry[0]?.outcome, agent.read('tools.md')]).toEqual(['applied', before]);
  expect(agent.read('evals/tuning_history.jsonl').trimEnd().split('\n')).toHaveLength(1);
  const [applied] = await applyTuning(agent.world, { agent: 'harbor', write });
  expect(applied).toMatchObject({ outcome: 'applied', decision: 'accepted' });
  const after = agent.read('tools.md');
  expect(after).toContain('check that the answer never cites a volume that is not held.\n');
  const [again] = await applyTuning(agent.world, { agent: 'harbor', write });
  expect([again?.outcome, agent.read('tools.md')]).toEqual(['applied-before', after]);
  const history = agent.read('evals/tuning_history.jsonl').trimEnd().split('\n');
  expect(history).toHaveLength(2);
  expect(JSON.parse(history[1] ?? '')).toMatchObject({ proposal_id: proposal, applied: true });
  const db = await agent.log.at();
  expect(await db.get(`proposal:${proposal}`, 'tuning/applied')).toBe(true);
  const [newest] = (await db.history('doc:tools.md', 'doc/hash')).slice(-1);
  const written = await agent.log.transaction(newest?.tx ?? '');
  expect(written).toMatchObject({ by: 'user:ines', why: { proposal } });
});

test('a decision written into the report by hand is one too', async () => {
  const agent = await tuned((root) => {
    const path = join(root, 'evals/tuning_reports/2026-06-05_proposal.md');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('operator_decision: pending', 'operator_decision: accepted'));
  });
  const [applied] = await applyTuning(agent.world, { agent: 'harbor', write });
  expect(applied).toMatchObject({ proposal: 'harbor-2026-06-05-001', outcome: 'applied' });
  expect(agent.read('tools.md')).toContain(
    'does not hold.\n- Run `catalogue_search` for the volume before its number',
  );
});

test('what was rejected does not return, what waits is not proposed twice', async () => {
  const agent = await tuned(hardFails);
  await proposeTuning(agent.world, { agent: 'harbor', write });
  const waiting = await proposeTuning(agent.world, { agent: 'harbor', write });
  expect(waiting).toMatchObject({
    proposals: [],
    left: [{ why: 'it waits in an earlier report' }],
  });
  const asked = { agent: 'harbor', proposal: `harbor-${DAY}-001`, decision: 'rejected' } as const;
  await decideTuning(agent.world, asked, write);
  await applyTuning(agent.world, { agent: 'harbor', write });
  const rejected = await proposeTuning(agent.world, { agent: 'harbor', write });
  expect(rejected).toMatchObject({ proposals: [], left: [{ why: 'it was rejected' }] });
  const [line] = agent.read('evals/tuning_history.jsonl').trimEnd().split('\n').slice(-1);
  expect(JSON.parse(line ?? '')).toMatchObject({ decision: 'rejected', applied: false });
});

test('what was accepted returns only for what happened since', async () => {
  const agent = await tuned(hardFails);
  await proposeTuning(agent.world, { agent: 'harbor', write });
  const asked = { agent: 'harbor', proposal: `harbor-${DAY}-001`, decision: 'accepted' } as const;
  await decideTuning(agent.world, asked, write);
  await applyTuning(agent.world, { agent: 'harbor', write });
  expect((await proposeTuning(agent.world, { agent: 'harbor', write })).proposals).toEqual([]);
  for (const second of [1, 2]) {
    const ts = `${DAY}T11:00:0${second}.000+00:00`;
    const line = result(second, { ts, hard_fails: ['HF1'], verdict: 'fail' });
    await agent.world.folder.appendEntry(`evals/runs/${DAY}.jsonl`, line);
  }
  const { proposals, path } = await proposeTuning(agent.world, { agent: 'harbor', write });
  expect(proposals).toMatchObject([{ id: `harbor-${DAY}-002` }]);
  expect(path).toBe(`evals/tuning_reports/${DAY}_proposal-2.md`);
});

test('a diff whose place has changed is skipped and said, and nothing is appended at the end', async () => {
  const agent = await tuned(hardFails);
  await proposeTuning(agent.world, { agent: 'harbor', write });
  const asked = { agent: 'harbor', proposal: `harbor-${DAY}-001`, decision: 'accepted' } as const;
  await decideTuning(agent.world, asked, write);
  const changed = agent.read('tools.md').replace('Never edit the manuscript', 'Never touch it');
  await agent.world.folder.writeDocument('tools.md', changed);
  const [skipped] = await applyTuning(agent.world, { agent: 'harbor', write });
  expect(skipped).toMatchObject({
    outcome: 'skipped',
    reason: expect.stringContaining('not in the file'),
  });
  expect(agent.read('tools.md')).toBe(changed);
  await applyTuning(agent.world, { agent: 'harbor', write });
  expect(agent.read('evals/tuning_history.jsonl').trimEnd().split('\n')).toHaveLength(2);
});

test.each(['evals/rubric.md', 'model.md', '../other/tools.md', 'memory/../model.md'])(
  'a proposal for %s is never applied',
  async (target) => {
    const agent = await tuned((root) => {
      const path = join(root, 'evals/tuning_reports/2026-06-05_proposal.md');
      const text = readFileSync(path, 'utf8')
        .replace('operator_decision: pending', 'operator_decision: accepted')
        .replace('target_file: tools.md', `target_file: ${target}`);
      writeFileSync(path, text);
    });
    const [skipped] = await applyTuning(agent.world, { agent: 'harbor', write });
    expect(skipped).toMatchObject({
      outcome: 'skipped',
      reason: `tuning does not change ${target}`,
    });
  },
);

test('a habit the judge names, a note it names, and a note nobody has seen become proposals', async () => {
  const chatty = 'Chatty small talk before the answer; otherwise fine.';
  const low = [1, 2, 3].map((number) =>
    result(number, {
      scores: { persona_fidelity: 2 },
      score_justifications: { persona_fidelity: `${chatty} Case ${number}.` },
    }),
  );
  const named = [4, 5, 6, 7, 8].map((number) =>
    result(number, { overall_justification: 'As user_reading_habits.md asks.' }),
  );
  const agent = await tuned((root) => {
    judged([...low, ...named])(root);
    const path = join(root, 'memory/reference_archive_contact.md');
    const text = readFileSync(path, 'utf8');
    const unseen = text
      .replace(/last_seen: .*/, 'last_seen: 2026-01-01')
      .replace(/expires_at: .*/, 'expires_at: null');
    writeFileSync(path, unseen);
  });
  const { proposals } = await proposeTuning(agent.world, { agent: 'harbor', write });
  expect(proposals.map(({ idea, targetFile }) => [idea, targetFile])).toEqual([
    ['recurring_persona_fidelity_low', 'persona/SOUL.md'],
    ['stale_note_recurring_reference_archive_contact.md', 'memory/reference_archive_contact.md'],
    ['promotable_memory_user_reading_habits.md', 'persona/USER.md'],
  ]);
  expect(proposals[0]?.diff).toContain('+- Not so: chatty small talk before the answer.');
  expect(proposals[1]?.diff).toContain("+expires_at: '2026-07-08'");
  for (const { id: proposal } of proposals) {
    await decideTuning(agent.world, { agent: 'harbor', proposal, decision: 'accepted' }, write);
  }
  const handled = await applyTuning(agent.world, { agent: 'harbor', report: REPORT, write });
  expect(handled.map(({ outcome }) => outcome)).toEqual(['applied', 'applied', 'applied']);
});

test('a dry run of the proposals writes nothing', async () => {
  const agent = await tuned(hardFails);
  const { text } = await proposeTuning(agent.world, { agent: 'harbor' });
  expect(text).toContain('hard_fail_recurring_HF1');
  expect(() => agent.read(REPORT)).toThrow('ENOENT');
});
