import { expect, test } from 'vitest';
import { seededRandom } from '../../src/base/index.ts';
import { temporaryFolder } from '../fact/temporary-folder.ts';
import { killRounds } from './kill-rounds.ts';

test.each([
  { rounds: 140, writers: ['a', 'b'] },
  { rounds: 60, writers: ['alone'] },
])(
  '$rounds kills of the writing processes $writers lose nothing acknowledged',
  {
    timeout: 600_000,
  },
  async ({ rounds, writers }) => {
    const folder = temporaryFolder();
    const result = await killRounds({ folder, rounds, writers, random: seededRandom('kill') });
    expect(result).toMatchObject({ rounds, lost: [], errors: [] });
    expect(result.acknowledged).toBeGreaterThan(rounds);
  },
);
