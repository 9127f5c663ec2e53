import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock, systemRandom } from '../../src/base/index.ts';
import { datumInProcess } from '../in-process.ts';
import { ANTHROPIC_KEY, anthropicServer } from '../model/anthropic-wire.ts';
import { OPENAI_KEY, openaiServer } from '../model/openai-wire.ts';
import { judgeSays } from './eval-world.ts';

function filesUnder(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

test('harbor passes its own cases over the wire: one provider answers, another judges', async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'datum-eval-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const root = join(folder, 'harbor');
  cpSync(join(import.meta.dirname, '../../examples/harbor'), root, { recursive: true });
  const agent = await anthropicServer({
    pieces: ['An ', 'answer.'],
    usage: { input: 7020, output: 610 },
  });
  const { text } = judgeSays([5, 5, 5, 5, 5, 5], { factual_checks: [] });
  const usage = { input: 4100, output: 330 };
  const judge = await openaiServer([{ pieces: [text], usage }], { key: OPENAI_KEY });
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    USER: 'ada',
    TZ: 'UTC',
    DATUM_STATE: join(folder, 'state'),
    GIT_CONFIG_NOSYSTEM: '1',
    ANTHROPIC_BASE_URL: `${agent.url}/v1`,
    ANTHROPIC_API_KEY: ANTHROPIC_KEY,
    OPENAI_BASE_URL: `${judge.url}/v1`,
    OPENAI_API_KEY: OPENAI_KEY,
  };
  const world = { cwd: root, env, clock: systemClock, random: systemRandom };
  await datumInProcess(['boot', root], world);
  const ran = await datumInProcess(['--format', 'json', 'eval', 'harbor'], world);
  expect([ran.code, ran.err]).toEqual([0, '']);
  const done = JSON.parse(ran.out);
  expect(done).toMatchObject({ passed: true, meanScore: 5, judgeModel: 'gpt-5-mini' });
  // 5 answers of 0.030210 and 5 verdicts of 0.002710 USD.
  expect(done.costUsd).toBe(0.1646);
  expect([agent.requests.length, judge.requests.length]).toEqual([5, 5]);
  expect(judge.requests[0]?.body).toMatchObject({ model: 'gpt-5-mini' });
  for (const file of filesUnder(folder)) {
    const content = readFileSync(file, 'latin1');
    expect(content.includes(ANTHROPIC_KEY) || content.includes(OPENAI_KEY)).toBe(false);
  }
}, 60_000);
