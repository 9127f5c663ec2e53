import { resumeOutcome } from '../../../agent/index.ts';
import { defineCommand } from '../../command.ts';
import { writeHome } from '../../session.ts';
import { outcomeReport } from './outcome-options.ts';

/** `datum outcome resume` */
export const command = defineCommand({
  summary: 'Go on with an outcome whose process died',
  about:
    'Drafts that were made and judged are kept; the run of one that was cut off goes on where it stopped. ' +
    'Where nobody knows whether an answer was paid for, --repeat asks again at your word.',
  arguments: [
    { name: '<agent>', about: 'the agent' },
    { name: '<outcome>', about: 'its id, as its lines in the run log have it' },
  ],
  options: [{ flags: '--repeat', about: 'ask again what may have been answered' }],
  examples: ['datum outcome resume harbor outcome-20260605-141200-3c1f9e20'],
  run: (invocation) =>
    writeHome(invocation, async (home) => {
      const [named = '', id = ''] = invocation.args;
      const agent = await home.agent(named).called();
      const { signal } = invocation.world;
      const repeat = invocation.options['repeat'] === true;
      const options = { signal, onStep: invocation.terminal.progress, repeat };
      try {
        const world = await home.agent(agent).world();
        return outcomeReport(await resumeOutcome(world, id, options), signal);
      } finally {
        await home.commit(`outcome: ${agent}`);
      }
    }),
});
