import { checkAgent, checkRun } from '../../../agent/index.ts';
import { defineCommand } from '../../command.ts';
import { readCount } from '../../count.ts';
import { exitCode } from '../../exit-code.ts';
import { readHome } from '../../session.ts';

const RUNS = 10;

/** `datum research check` */
export const command = defineCommand({
  summary: 'Citations that lead nowhere, claims without one',
  about:
    'Looks up what an answer cites among raw/, wiki/, memory/ and the files the agent may read, and ' +
    'lists claims that cite nothing that is there. Asks no model. Ends with 1 when there is something.',
  arguments: [{ name: '<agent-or-run>', about: 'an agent, or the id of a run' }],
  options: [{ flags: '-n, --limit <count>', about: `the newest so many runs (${RUNS})` }],
  examples: ['datum research check harbor', 'datum research check run-20260605-141200-000000'],
  run: (invocation) => {
    const { args, options } = invocation;
    const [name = ''] = args;
    const limit = options['limit'] === undefined ? RUNS : readCount('--limit', options['limit']);
    return readHome(invocation, async (home) => {
      const world = await home.agent(name).world();
      const { looked, findings } = name.startsWith('run-')
        ? await checkRun(world, name)
        : await checkAgent(world, await home.agent(name).called(), { limit });
      const lines = findings.map(
        ({ kind, where, text }) => `${kind.padEnd(14)}  ${where}\n    ${text}`,
      );
      return {
        data: { looked, findings: findings.map((finding) => ({ ...finding })) },
        text:
          findings.length === 0
            ? `nothing to look at in ${looked.join(', ') || 'nothing'}`
            : lines.join('\n'),
        exit: findings.length === 0 ? exitCode.done : exitCode.failed,
      };
    });
  },
});
