import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sha256 } from '../../src/base/index.ts';
import type { FactInput } from '../../src/fact/index.ts';
import { parseRunLog, printRunRecord, type RunRecord, runLogPath } from '../../src/folder/index.ts';
import type { BenchAgent } from './bench-agent.ts';

const A_DAY = 1_000;
const DAY_MILLIS = 86_400_000;
/** One run in so many ended with an error. */
const RARE = 10_000;
const MODELS = ['claude-sonnet-4-6-20260101', 'gpt-5-mini', 'flux/think'];

/** Gives an agent so many lines in its run logs, a thousand a day, as facts and in the files. */
export async function plantLines(agent: BenchAgent, count: number): Promise<void> {
  for (let first = 0; first < count; first += A_DAY) {
    const date = new Date(Date.now() - ((count - first) / A_DAY) * DAY_MILLIS);
    const day = date.toISOString().slice(0, 10);
    const path = `agents/harbor/${runLogPath(day)}`;
    const lines = Array.from({ length: Math.min(A_DAY, count - first) }, (_, n) =>
      printRunRecord(line(day, first + n)),
    );
    const facts = lines.flatMap((text) => factsOf(path, text));
    await agent.log.transact(facts, { durability: 'later' });
    mkdirSync(dirname(join(agent.root, path)), { recursive: true });
    appendFileSync(join(agent.root, path), `${lines.join('\n')}\n`);
  }
  await agent.log.sync();
}

const line = (day: string, n: number): RunRecord => ({
  ts: `${day}T10:00:00.000000+00:00`,
  runId: `run-${n}`,
  primitive: 'agent_call',
  status: n % RARE === RARE - 1 ? 'error' : 'ok',
  summary: `question ${n}`,
  model: MODELS[n % MODELS.length] as string,
  inputTokens: 1000 + (n % 500),
  outputTokens: 100,
  costUsd: (n % 97) / 10_000,
  costSource: 'actor',
  trigger: 'manual',
  agentName: 'harbor',
  extras: {},
});

/** What taking in such a line states. */
function factsOf(path: string, text: string): readonly FactInput[] {
  const [read] = parseRunLog(text, path).lines;
  const record = JSON.parse(text) as Record<string, string | number>;
  const { summary, ...fields } = record;
  const e = `run:${read?.record.runId}`;
  return [
    { e, a: 'entry/file', v: path },
    { e, a: 'entry/hash', v: sha256(text) },
    { e, a: 'entry/text', v: text },
    { e, a: 'run/agent', v: 'harbor' },
    { e, a: 'run/status', v: String(record['status']) },
    { e, a: 'run/model', v: String(record['model']) },
    { e, a: 'run/summary', v: String(summary) },
    { e, a: 'run/record', v: fields },
  ];
}
