/**
 * What a run costs beside its model: two model turns and one tool by a scripted model in this
 * process, every step durable, in a home with 1,000 and one with 100,000 past runs; beside what
 * appending and syncing costs on the same disk.
 *
 *     node bench/agent.ts [--rounds 9] [--few 1000] [--many 100000]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openBenchAgent } from './agent/bench-agent.ts';
import { interleave, quotients, report, spread } from './timing/rounds.ts';

const folder = mkdtempSync(join(tmpdir(), 'datum-bench-agent-'));
try {
  const agent = await openBenchAgent(join(folder, 'new'));
  const timings = await interleave(
    [
      {
        name: 'run',
        run: async (n) => {
          for (let i = 0; i < n; i += 1) await agent.run();
        },
      },
    ],
    { rounds: 9, count: 20 },
  );
  report('run', `${spread(timings.get('run') ?? [], 0)} us`);
  await agent.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
