import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { canonicalize, type Json, sha256 } from '../../src/base/index.ts';
import type { FactInput } from '../../src/fact/index.ts';
import type { BenchAgent } from './bench-agent.ts';

/** Runs an agent makes in a day of its life. */
const A_DAY = 100;
const DAY_MILLIS = 86_400_000;
const NEWLINES = { jsonl: '', md: '\n' } as const;

/** What one run left in the log and in the files. */
interface Template {
  readonly run: string;
  readonly day: string;
  readonly facts: readonly FactInput[];
}

/**
 * Gives an agent a past: what one real run of it left, facts and lines alike, `count` times under
 * other ids, a hundred a day up to yesterday.
 */
export async function plantPast(agent: BenchAgent, count: number): Promise<void> {
  const template = await oneRun(agent);
  for (let first = 0; first < count; first += A_DAY) {
    const day = dayBefore(Math.ceil((count - first) / A_DAY));
    const runs = Array.from({ length: Math.min(A_DAY, count - first) }, (_, at) =>
      pastRun(template, { day, number: at }),
    );
    const facts = runs.flatMap((run) => run.facts);
    await agent.log.transact(facts, { durability: 'later' });
    for (const file of Map.groupBy(
      runs.flatMap(({ lines }) => lines),
      ({ path }) => path,
    )) {
      append(agent.root, file);
    }
  }
  await agent.log.sync();
  await agent.folder.reconcile();
}

const dayBefore = (days: number): string =>
  new Date(Date.now() - days * DAY_MILLIS).toISOString().slice(0, 10);

async function oneRun(agent: BenchAgent): Promise<Template> {
  const before = (await agent.log.at()).known;
  const { run } = await agent.run();
  const facts: FactInput[] = [];
  const after = before === undefined ? {} : { after: before };
  for await (const transaction of agent.log.transactions(after)) facts.push(...transaction.facts);
  return {
    run,
    day: new Date().toISOString().slice(0, 10),
    facts: facts.filter(({ e, a }) => !e.startsWith('attr:') && a !== 'budget/turn'),
  };
}

interface PastLine {
  readonly path: string;
  readonly text: string;
}

interface PastRun {
  readonly facts: readonly FactInput[];
  readonly lines: readonly PastLine[];
}

/** The template under another run id, on another day; entries keep the hash of their new text. */
function pastRun({ run, day, facts }: Template, to: { day: string; number: number }): PastRun {
  const stamp = `${to.day.replaceAll('-', '')}-${String(90_000 + to.number * 10)}`;
  const id = `run-${stamp}-000000`;
  const renamed = (text: string): string =>
    text
      .replaceAll(run, id)
      .replaceAll(day, to.day)
      .replaceAll(day.slice(0, 7), to.day.slice(0, 7));
  const values = (v: Json | undefined): Json | undefined =>
    v === undefined ? undefined : (JSON.parse(renamed(canonicalize(v))) as Json);
  const lines: PastLine[] = [];
  const changed = [...Map.groupBy(facts, ({ e }) => e)].flatMap(([e, group]) => {
    const found = (name: string): string | undefined => {
      const value = values(group.find(({ a }) => a === name)?.v);
      return typeof value === 'string' ? value : undefined;
    };
    const [path, text] = [found('entry/file'), found('entry/text')];
    const isEntry = path !== undefined && text !== undefined;
    if (isEntry) lines.push({ path, text });
    const hash = sha256(text ?? '');
    const entity = e.startsWith('entry:') ? `entry:${sha256(`${path}\n${hash}`)}` : named(e, id);
    return group.map(({ a, v }): FactInput => {
      const value = isEntry && a === 'entry/hash' ? hash : values(v);
      return { e: entity, a, ...(value === undefined ? {} : { v: value }) };
    });
    function named(entity: string, past: string): string {
      return entity.startsWith('charge:') ? `${entity}-${past}` : renamed(entity);
    }
  });
  return { facts: changed, lines };
}

function append(root: string, [path, lines]: readonly [string, readonly PastLine[]]): void {
  const full = join(root, path);
  mkdirSync(dirname(full), { recursive: true });
  const isJournal = path.endsWith('.md');
  const gap = isJournal ? NEWLINES.md : NEWLINES.jsonl;
  const title = isJournal ? `# ${path.slice(-13, -3)} — Harbor journal\n` : '';
  appendFileSync(full, `${title}${lines.map(({ text }) => `${gap}${text}\n`).join('')}`);
}
