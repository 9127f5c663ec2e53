/**
 * `npm run crash [rounds]`: kills two writing processes so often (10,000 times when not said) and
 * checks after each kill that everything acknowledged is there. Exit code 1 when something is not.
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
const folder = mkdtempSync(join(tmpdir(), 'datum-crash-'));
const onRound = (done: number): void => {
  if (done % 100 === 0) process.stderr.write(`${done} of ${rounds} kills\n`);
};
const result = await killRounds({ folder, rounds, random: systemRandom, onRound });
console.log(
  `${result.rounds} kills, ${result.acknowledged} transactions acknowledged, ${result.lost.length} lost`,
);
for (const line of [...result.lost, ...result.errors]) console.log(line);
const whole = result.lost.length === 0 && result.errors.length === 0;
if (whole) rmSync(folder, { recursive: true, force: true });
else console.log(`the home is kept in ${folder}`);
process.exitCode = whole ? 0 : 1;
