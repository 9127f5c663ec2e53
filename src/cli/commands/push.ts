import { locateHome, push } from '../../home/index.ts';
import { defineCommand } from '../command.ts';

/** `datum push` */
export const command = defineCommand({
  summary: 'Send this home to its remote',
  about: 'Commit what is here and push it to the remote of the repository.',
  examples: ['datum push'],
  run: async ({ world, global }) => {
    const root = locateHome({ disk: world.disk, cwd: world.cwd, home: global.home });
    const { remote } = await push(root, world);
    return { data: { remote }, text: `pushed to ${remote}` };
  },
});
