/**
 * What remembering costs: assembling the prompt of an agent with 1,000 notes, its files read from
 * the log, and full-text recall over 100,000 notes. Figures are medians, of recall also the 95th
 * percentile.
 *
 *     node bench/memory.ts [--notes 1000] [--many 100000] [--rounds 60]
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  assemblePrompt,
  openSnapshot,
  promptText,
  type Recalled,
  readPromptSource,
  recallMemory,
} from '../src/agent/index.ts';
import { seededRandom } from '../src/base/index.ts';
import { type BenchAgent, copyHarbor, openBenchAgent } from './agent/bench-agent.ts';
import { median, report, spread } from './timing/rounds.ts';

const { values } = parseArgs({
  options: {
    notes: { type: 'string', default: '1000' },
    many: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '60' },
  },
});
const rounds = Number(values.rounds);
const folder = mkdtempSync(join(tmpdir(), 'datum-bench-memory-'));
const random = seededRandom('notes');
const WORDS = Array.from({ length: 4000 }, (_, at) => `w${at.toString(36)}${'aeiou'[at % 5]}n`);

/** Words as a language has them: few often, many seldom. */
function words(count: number): string {
  const uniform = (): number => Buffer.from(random.bytes(4)).readUInt32BE() / 2 ** 32;
  return Array.from({ length: count }, () => WORDS[Math.floor(uniform() ** 3 * WORDS.length)]).join(
    ' ',
  );
}

const note = (n: number): string => `---
captured: '2026-05-06'
confidence: high
description: ${words(6)}
last_seen: '2026-05-${String(1 + (n % 28)).padStart(2, '0')}'
name: Note ${n}
pinned: ${n % 200 === 0}
schema_version: 1
sources:
- conversation_2026-05-06
type: feedback
---

${words(60)}
`;

const withNotes = (name: string, count: number): Promise<BenchAgent> =>
  openBenchAgent(join(folder, name), (root) => {
    copyHarbor(root);
    const memory = join(root, 'agents/harbor/memory');
    mkdirSync(memory, { recursive: true });
    for (let n = 0; n < count; n += 1) writeFileSync(join(memory, `feedback_n${n}.md`), note(n));
  });

/** Milliseconds of each time, the first few left out. */
async function times(work: () => Promise<unknown>): Promise<readonly number[]> {
  const millis: number[] = [];
  for (let round = 0; round < rounds + 5; round += 1) {
    const start = performance.now();
    await work();
    if (round >= 5) millis.push(performance.now() - start);
  }
  return millis;
}

const percentile = (list: readonly number[], share: number): number =>
  list.toSorted((a, b) => a - b)[Math.ceil(list.length * share) - 1] ?? Number.NaN;

async function prompts(): Promise<void> {
  const { log, close } = await withNotes('prompts', Number(values.notes));
  const prompt = async (): Promise<string> => {
    const snapshot = await openSnapshot(log, { agent: 'harbor', database: await log.at() });
    return promptText(assemblePrompt(await readPromptSource(log, snapshot)));
  };
  const first = performance.now();
  await prompt();
  report(
    `the first prompt of a process, ${values.notes} notes`,
    `${(performance.now() - first).toFixed(1)} ms`,
  );
  const again = await times(prompt);
  report(
    `a prompt with ${values.notes} notes (< 20 ms)`,
    `${spread(again)} ms`,
    median(again) < 20,
  );
  await close();
}

async function recall(): Promise<void> {
  const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;
  const before = performance.now();
  const { world, close } = await withNotes('recall', Number(values.many));
  report(`writing ${values.many} notes and taking them in`, seconds(before));
  const recalled = (question: string): Promise<readonly Recalled[]> =>
    recallMemory(world, 'harbor', { question, limit: 10, byWords: true });
  const start = performance.now();
  await recalled('w1an');
  report('indexing the texts, once', seconds(start));
  const found = await times(() => recalled(words(2)));
  report(`recall of two words over ${values.many} notes, median`, `${spread(found)} ms`);
  const p95 = percentile(found, 0.95);
  report('the same, 95th percentile (< 20 ms)', `${p95.toFixed(2)} ms`, p95 < 20);
  await close();
}

try {
  await prompts();
  await recall();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
