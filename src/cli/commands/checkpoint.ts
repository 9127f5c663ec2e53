import { makeCheckpoint } from '../../home/index.ts';
import { defineCommand } from '../command.ts';
import { writeHome } from '../session.ts';

/** `datum checkpoint` */
export const command = defineCommand({
  summary: 'Sign the history so far',
  about:
    'Sign the Merkle root of everything this writer has written, as a signed note in .datum/checkpoints. Whoever keeps it can show later that the history it covers was not rewritten.',
  examples: ['datum checkpoint'],
  run: (invocation) =>
    writeHome(invocation, async (home) => {
      const made = await makeCheckpoint(home);
      await home.commit(`checkpoint: ${made.size} transactions`);
      const text = `${made.size} transactions, root ${made.root}\n${made.path}`;
      return { data: { ...made }, text };
    }),
});
