/**
 * `npm run crash [rounds]`: kills writing processes so often (10,000 times when not said), half of
 * them two that write at once, half of them one alone, and checks after each kill that everything
 * acknowledged is there. Exit code 1 when something is not.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemRandom } from '../../src/base/index.ts';
import { killRounds } from './kill-rounds.ts';

const rounds = Number(process.argv[2] ?? 10_000);
if (!Number.isInteger(rounds) || rounds < 1) {
  process.stderr.write('say how many kills: npm run crash -- 1000\n');
  process.exit(2);
}
for (const [writers, share] of [
  [['a', 'b'], Math.ceil(rounds / 2)],
  [['alone'], Math.floor(rounds / 2)],
] as const) {
  const folder = mkdtempSync(join(tmpdir(), 'datum-crash-'));
  const onRound = (done: number): void => {
    if (done % 100 === 0) process.stderr.write(`${done} of ${share} kills\n`);
  };
  const options = { folder, rounds: share, writers, random: systemRandom, onRound };
  const { acknowledged, errors, lost } = await killRounds(options);
  console.log(
    `${share} kills, ${writers.length} writing at once: ${acknowledged} transactions acknowledged, ${lost.length} lost`,
  );
  for (const line of [...lost, ...errors]) console.log(line);
  if (lost.length === 0 && errors.length === 0) rmSync(folder, { recursive: true, force: true });
  else {
    console.log(`the home is kept in ${folder}`);
    process.exitCode = 1;
  }
}
