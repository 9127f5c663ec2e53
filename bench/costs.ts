/**
 * `datum costs` and `datum runs` over 1,000,000 runs, one in 10,000 of them an error: the commands
 * themselves, beside a Node.js that does nothing. Costs and counts are a projection, so that no run is
 * read again.
 *
 *     node bench/costs.ts [--runs 1000000] [--rounds 7]
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openBenchAgent } from './agent/bench-agent.ts';
import { plantLines } from './agent/run-lines.ts';
import { interleave, median, report, spread, type Task } from './timing/rounds.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '7' },
  },
});
const MILLIS = 1000;
const DATUM = join(import.meta.dirname, '../bin/datum.js');
const folder = mkdtempSync(join(tmpdir(), 'datum-bench-costs-'));

const spawned = (name: string, args: readonly string[]): Task => ({
  name,
  run: (count) => {
    for (let n = 0; n < count; n += 1) {
      const env = { ...process.env, DATUM_STATE: join(folder, '.state') };
      const { status, stderr } = spawnSync(process.execPath, [...args], {
        cwd: folder,
        env,
        encoding: 'utf8',
      });
      if (status !== 0) throw new Error(stderr);
    }
  },
});

async function plant(): Promise<void> {
  const start = performance.now();
  const agent = await openBenchAgent(folder);
  writeFileSync(join(folder, 'datum.toml'), '[git]\ncommit = "never"\n');
  mkdirSync(join(folder, 'agents/harbor/log'), { recursive: true });
  await plantLines(agent, Number(values.runs));
  await agent.folder.reconcile();
  await agent.close();
  report(`planting ${values.runs} runs`, `${((performance.now() - start) / 1000).toFixed(0)} s`);
}

try {
  await plant();
  const bare = spawned('node', ['-e', '0']);
  const costs = spawned('costs', [DATUM, 'costs', '--by', 'model']);
  const asked = [
    ['costs', '--by', 'run'],
    ['runs'],
    ['runs', '--status', 'error'],
    ['runs', '--counts'],
  ].map((args) => spawned(args.join(' '), [DATUM, ...args]));
  const program = spawned('program', [DATUM, '--version']);
  const first = performance.now();
  await costs.run(1);
  report(
    'the first time: the projection is made',
    `${((performance.now() - first) / 1000).toFixed(1)} s`,
  );
  const timings = await interleave([bare, program, costs, ...asked], {
    rounds: Number(values.rounds),
    count: 1,
  });
  const millis = (name: string): readonly number[] =>
    (timings.get(name) ?? []).map((each) => each / MILLIS);
  report('node -e 0', `${spread(millis('node'), 0)} ms`);
  report(
    `datum costs over ${values.runs} runs (< 300 ms)`,
    `${spread(millis('costs'), 0)} ms`,
    median(millis('costs')) < 300,
  );
  for (const { name } of asked) {
    report(`datum ${name} (< 300 ms)`, `${spread(millis(name), 0)} ms`, median(millis(name)) < 300);
  }
  report('datum --version', `${spread(millis('program'), 0)} ms`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
