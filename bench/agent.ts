/**
 * What a run costs beside its model: two model turns and one tool by a scripted model in this
 * process, every step durable, in a home with 1,000 and one with 100,000 past runs; beside what as
 * many appends and syncs cost on the same disk. Included: reading the agent's files, the prompt, the
 * gates, reservation and settlement of each call, record, journal. Not included: the reconcile of
 * the folder (a line of its own) and a git commit, which `commit = "command"` asks for.
 *
 *     node bench/agent.ts [--few 1000] [--many 100000] [--rounds 9] [--count 6]
 */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type BenchAgent, openBenchAgent } from './agent/bench-agent.ts';
import { plantPast } from './agent/past-runs.ts';
import { interleave, median, quotients, report, spread, type Task } from './timing/rounds.ts';

const { values } = parseArgs({
  options: {
    few: { type: 'string', default: '1000' },
    many: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '9' },
    count: { type: 'string', default: '6' },
  },
});
const MILLIS = 1000;
const LINE_BYTES = 1024;
const folder = mkdtempSync(join(tmpdir(), 'datum-bench-agent-'));

async function withPast(name: string, runs: number): Promise<BenchAgent> {
  const agent = await openBenchAgent(join(folder, name));
  await plantPast(agent, runs);
  // The projections catch up with what was planted, once.
  for (let run = 0; run < 3; run += 1) await checkedRun(agent);
  return agent;
}

async function checkedRun(agent: BenchAgent): Promise<void> {
  const { status, toolIterations } = await agent.run();
  if (status !== 'ok' || toolIterations !== 2) throw new Error(`the run ended ${status}`);
}

async function syncsOfOne(agent: BenchAgent): Promise<number> {
  const before = agent.syncs();
  const runs = 8;
  for (let run = 0; run < runs; run += 1) await checkedRun(agent);
  return Math.round((agent.syncs() - before) / runs);
}

const runs = (name: string, agent: BenchAgent): Task => ({
  name,
  run: async (count) => {
    for (let run = 0; run < count; run += 1) await checkedRun(agent);
  },
});

function appending(syncs: number): Task & { readonly fd: number } {
  const fd = openSync(join(folder, 'ceiling'), 'a');
  const line = Buffer.alloc(LINE_BYTES, 'x');
  return {
    name: 'syncs',
    fd,
    run: (count) => {
      for (let n = 0; n < count * syncs; n += 1) {
        writeSync(fd, line);
        fdatasyncSync(fd);
      }
    },
  };
}

async function reconcileMillis(agent: BenchAgent): Promise<number> {
  const start = performance.now();
  await agent.folder.reconcile();
  return performance.now() - start;
}

const few = await withPast('few', Number(values.few));
const many = await withPast('many', Number(values.many));
try {
  const syncs = await syncsOfOne(few);
  await syncsOfOne(many);
  const ceiling = appending(syncs);
  const timings = await interleave([ceiling, runs('few', few), runs('many', many)], {
    rounds: Number(values.rounds),
    count: Number(values.count),
  });
  closeSync(ceiling.fd);
  const millis = (name: string): readonly number[] =>
    (timings.get(name) ?? []).map((micros) => micros / MILLIS);
  report(
    `${syncs} appends of 1 KiB, each synced: the syncs of a run`,
    `${spread(millis('syncs'))} ms`,
  );
  report(
    `a run with ${values.few} past runs (<= 3 ms)`,
    `${spread(millis('few'))} ms`,
    median(millis('few')) <= 3,
  );
  report(`a run with ${values.many} past runs`, `${spread(millis('many'))} ms`);
  const own = quotients(timings, 'few', 'syncs');
  report('a run / its own syncs (<= 2)', spread(own), median(own) <= 2);
  const growth = quotients(timings, 'many', 'few');
  report('many past runs / few (<= 1.2)', spread(growth), median(growth) <= 1.2);
  report(`reconcile with ${values.few} past runs`, `${(await reconcileMillis(few)).toFixed(1)} ms`);
  report(`reconcile with ${values.many}`, `${(await reconcileMillis(many)).toFixed(1)} ms`);
} finally {
  await few.close();
  await many.close();
  rmSync(folder, { recursive: true, force: true });
}
