import { runOutcome } from '../../../agent/index.ts';
import { defineCommand } from '../../command.ts';
import { usageError } from '../../error.ts';
import { writeHome } from '../../session.ts';
import { outcomeOptions, outcomeReport, outcomeRequest } from './outcome-options.ts';

/** `datum outcome run` */
export const command = defineCommand({
  summary: 'Draft until a judge is satisfied',
  about:
    'The agent drafts, another model judges by the rubric, and what is missing goes back with the draft, ' +
    'at most --max-iterations drafts. Exit 0 satisfied, 1 not, 3 when a cap stopped it. The result is ' +
    'kept in outcomes/runs.',
  arguments: [
    { name: '<agent>', about: 'the agent' },
    { name: '<description>', about: 'what shall come about' },
  ],
  options: outcomeOptions,
  examples: [
    'datum outcome run harbor "A list of sources for June" --rubric "inline:at least twelve, each with a shelf mark"',
    'datum outcome run harbor "Chapter 4, checked" --rubric rubric.md --max-iterations 5 --output-dir output',
  ],
  run: (invocation) =>
    writeHome(invocation, async (home) => {
      const [named = '', description = ''] = invocation.args;
      const agent = await home.agent(named).called();
      const { rubric, ...request } = outcomeRequest(invocation);
      if (rubric === undefined)
        throw usageError('a rubric is missing', 'say what the judge goes by: --rubric');
      const { signal } = invocation.world;
      const options = { signal, onStep: invocation.terminal.progress };
      try {
        const world = await home.agent(agent).world();
        const result = await runOutcome(world, { agent, description, rubric, ...request }, options);
        return outcomeReport(result, signal);
      } finally {
        await home.commit(`outcome: ${agent}`);
      }
    }),
});
