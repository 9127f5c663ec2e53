/**
 * Runs a second beside LangGraph.js and Mastra: two model turns and one tool by a scripted model,
 * each step durable before the next, one run after another and 16 in flight. The rivals are no part
 * of this package: `npm ci --ignore-scripts --prefix bench/peers` brings them. Theirs are graphs of
 * three steps over their own SQLite stores, set to sync every commit; ours are whole runs of agents
 * with prompt, gates, money, record and journal, of which those in flight are of 16 agents.
 *
 *     node bench/peers.ts [--rounds 7] [--count 16]
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { copyHarbor, openBenchAgent } from './agent/bench-agent.ts';
import { interleave, median, quotients, report, spread, type Task } from './timing/rounds.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    count: { type: 'string', default: '16' },
  },
});
const IN_FLIGHT = 16;
const MICROS = 1_000_000;
const PEERS = join(import.meta.dirname, 'peers');

/** Something that runs the same program. */
interface Runner {
  readonly name: string;
  /** How the store says it makes a step durable. */
  durability(): Promise<string> | string;
  /** `slot` tells those in flight apart. */
  run(slot: number): Promise<unknown>;
  close(): Promise<void> | void;
}

async function openDatum(folder: string): Promise<Runner> {
  const names = Array.from({ length: IN_FLIGHT }, (_, at) => `harbor-${at}`);
  const agent = await openBenchAgent(folder, (root) => {
    for (const name of names) copyHarbor(root, name);
  });
  return {
    name: 'datum',
    durability: () => 'fdatasync of the log before each step leaves, fsync of the files at the end',
    run: async (slot) => {
      const { status } = await agent.run(names[slot]);
      if (status !== 'ok') throw new Error(`the run ended ${status}`);
    },
    close: () => agent.close(),
  };
}

async function openPeer(file: string, name: string, folder: string): Promise<Runner> {
  const module: Record<string, unknown> = await import(
    new URL(`peers/${file}`, import.meta.url).href
  );
  return (module[name] as (folder: string) => Promise<Runner>)(folder);
}

const oneByOne = (runner: Runner): Task => ({
  name: `${runner.name}, one after another`,
  run: async (count) => {
    for (let n = 0; n < count; n += 1) await runner.run(0);
  },
});

const inFlight = (runner: Runner): Task => ({
  name: `${runner.name}, ${IN_FLIGHT} in flight`,
  run: async (count) => {
    const slot = async (at: number): Promise<void> => {
      for (let n = at; n < count; n += IN_FLIGHT) await runner.run(at);
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, (_, at) => slot(at)));
  },
});

async function compare(runners: readonly Runner[]): Promise<void> {
  for (const runner of runners) report(`${runner.name} is durable by`, await runner.durability());
  const tasks = [...runners.map(oneByOne), ...runners.map(inFlight)];
  const options = { rounds: Number(values.rounds), count: Number(values.count) };
  const timings = await interleave(tasks, options);
  for (const { name } of tasks) {
    const rates = (timings.get(name) ?? []).map((micros) => MICROS / micros);
    report(`${name}`, `${spread(rates, 0)} runs/s`);
  }
  const [datum, ...peers] = runners;
  if (datum === undefined) return;
  for (const peer of peers) {
    for (const [of, bound] of [
      [oneByOne, 1],
      [inFlight, 3],
    ] as const) {
      const times = quotients(timings, of(peer).name, of(datum).name);
      report(
        `${of(datum).name}, times ${peer.name} (>= ${bound})`,
        spread(times),
        median(times) >= bound,
      );
    }
  }
}

if (existsSync(join(PEERS, 'node_modules'))) {
  const folder = mkdtempSync(join(tmpdir(), 'datum-bench-peers-'));
  const runners = [
    await openDatum(join(folder, 'datum')),
    await openPeer('langgraph.js', 'openLangGraph', folder),
    await openPeer('mastra.js', 'openMastra', folder),
  ];
  try {
    await compare(runners);
  } finally {
    for (const runner of runners) await runner.close();
    rmSync(folder, { recursive: true, force: true });
  }
  // Mastra keeps timers that have no end.
  process.exit();
} else {
  process.stdout.write(
    'left out: npm ci --ignore-scripts --prefix bench/peers brings the rivals\n',
  );
}
