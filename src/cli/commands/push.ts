import { push } from '../../home/index.ts';
import { defineCommand } from '../command.ts';
import { refuseReadOnly } from '../read-only.ts';
import { placeOf } from '../session.ts';

/** `datum push` */
export const command = defineCommand({
  summary: 'Send this home to its remote',
  about: 'Commit what is here and push it to the remote of the repository.',
  examples: ['datum push'],
  run: async (invocation) => {
    refuseReadOnly(invocation);
    const root = placeOf(invocation);
    const { remote } = await invocation.terminal.during('sending', () =>
      push(root, invocation.world),
    );
    return { data: { remote }, text: `pushed to ${remote}` };
  },
});
