import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkAgent, checkRun, runAgent } from '../../src/agent/index.ts';
import { scriptedModel, testAgent } from './agent-world.ts';

const ask = async (text: string, prepare?: (root: string) => void) => {
  const agent = await testAgent(scriptedModel([{ text }]), prepare);
  const { run } = await runAgent(agent.world, { agent: 'harbor', workItem: 'x' });
  return { agent, run };
};

const INVENTED = 'It says so in 1883 (Brackwater Proceedings vol. 12, p. 88).';
const HELD = 'The gauge was set up in 1885 (Brackwater Proceedings vol. 9, p. 233).';
const BARE = 'There were 40 boats.';

test('a run record says what was cited, claimed, and claimed without a source', async () => {
  const { agent, run } = await ask([HELD, INVENTED, BARE].join('\n'));
  expect(agent.lines().at(-1)).toMatchObject({
    run_id: run,
    sources_consulted: [
      {
        file: 'raw/2026-05-30_proceedings_vol9_notes.md',
        accessed_at: expect.stringMatching(/^2026-06-08T/),
        file_modified_at: expect.stringMatching(/^2026-06-08T/),
        facts_extracted: [HELD],
      },
    ],
    claims_in_response: [
      { claim: HELD, source: 'Brackwater Proceedings vol. 9', verified_at_runtime: false },
    ],
    uncited_claims: [INVENTED, BARE],
  });
});

test('an answer that claims nothing adds nothing to its record, and neither does an agent that keeps no research log', async () => {
  const quiet = await ask('I can look it up.');
  expect(Object.keys(quiet.agent.lines().at(-1) ?? {})).not.toContain('uncited_claims');
  const { agent } = await ask(BARE, (root) =>
    writeFileSync(join(root, 'model.md'), '## Default model\n\nclaude-sonnet-4-6-20260101\n'),
  );
  expect(Object.keys(agent.lines().at(-1) ?? {})).not.toContain('uncited_claims');
});

test('a run is checked against the sources that are there', async () => {
  const { agent, run } = await ask(
    [HELD, INVENTED, BARE, 'See https://example.org in 1999.'].join('\n'),
  );
  expect((await checkRun(agent.world, run)).findings).toEqual([
    {
      kind: 'missing-source',
      where: run,
      text: '(Brackwater Proceedings vol. 12, p. 88)',
    },
    { kind: 'uncited-claim', where: run, text: INVENTED },
    { kind: 'uncited-claim', where: run, text: BARE },
  ]);
  await expect(checkRun(agent.world, 'run-none')).rejects.toMatchObject({
    code: 'agent/no-answer',
  });
});

test('a file beyond the folder counts when it is there and may be read', async () => {
  const secret = (root: string): void => writeFileSync(join(root, '.secret.txt'), 'x');
  const { agent, run } = await ask(
    'It has 3 parts (/etc/hosts.txt). It has 4 (raw/none.md).',
    secret,
  );
  const { findings } = await checkRun(agent.world, run);
  expect(findings.filter(({ kind }) => kind === 'missing-source').map(({ text }) => text)).toEqual([
    'etc/hosts.txt',
    'raw/none.md',
  ]);
});

test('an agent is checked: its newest answers, and the sources of its wiki', async () => {
  const { agent, run } = await ask(BARE, (root) => {
    const page = join(root, 'wiki/port_almeida_ledger.md');
    writeFileSync(
      page,
      [
        '---\nschema_version: 1\nname: x\ndescription: x\ntype: wiki_page\ncaptured: 2026-05-30',
        'last_seen: 2026-06-04\nsources:\n- raw/gone.md\nconfidence: high\n---\n\nx\n',
      ].join('\n'),
    );
  });
  const { looked, findings } = await checkAgent(agent.world, 'harbor', { limit: 5 });
  expect(looked).toEqual([run, 'wiki/harmonic_analysis.md', 'wiki/port_almeida_ledger.md']);
  expect(findings).toEqual([
    { kind: 'uncited-claim', where: run, text: BARE },
    { kind: 'missing-source', where: 'wiki/port_almeida_ledger.md', text: 'raw/gone.md' },
  ]);
});

test('what flux/think computed needs no source', async () => {
  const { agent, run } = await ask(BARE);
  const computed = scriptedModel([{ text: BARE, model: 'flux/think' }]);
  const other = await runAgent(agent.with(computed), { agent: 'harbor', workItem: 'x' });
  expect(agent.lines().at(-1)).not.toHaveProperty('uncited_claims');
  expect((await checkRun(agent.world, other.run)).findings).toEqual([]);
  expect((await checkRun(agent.world, run)).findings).toHaveLength(1);
});
