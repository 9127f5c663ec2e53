import { expect, test } from 'vitest';
import { seededRandom } from '../../src/base/index.ts';
import { temporaryFolder } from '../fact/temporary-folder.ts';
import { killRounds } from './kill-rounds.ts';

test('200 kills of two writing processes lose nothing acknowledged', {
  timeout: 600_000,
}, async () => {
  const folder = temporaryFolder();
  const result = await killRounds({ folder, rounds: 200, random: seededRandom('kill') });
  expect(result).toMatchObject({ rounds: 200, lost: [], errors: [] });
  expect(result.acknowledged).toBeGreaterThan(200);
});
