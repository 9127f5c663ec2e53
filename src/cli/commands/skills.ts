import { readShelf, type SkillProblem } from '../../agent/index.ts';
import { defineCommand } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { table } from '../panel.ts';
import { readHome } from '../session.ts';

/** `datum skills` */
export const command = defineCommand({
  summary: 'The skills of an agent, and what is wrong with them',
  about:
    'List the skills an agent can load. An error leaves a skill out and ends with 1; a warning, such as a body of more than 500 lines, does neither.',
  arguments: [{ name: '<agent>', about: 'the agent' }],
  examples: ['datum skills harbor', 'datum skills harbor --format json'],
  run: (invocation) =>
    readHome(invocation, async (home) => {
      const snapshot = await home.agent(invocation.args[0] ?? '').snapshot();
      const { skills, problems } = await readShelf(snapshot);
      const rows = skills.map(({ name, folder, description }) => [
        name,
        `skills/${folder}`,
        description,
      ]);
      const lines = [...(rows.length === 0 ? [] : [table(rows)]), ...problems.map(lineOf)];
      return {
        data: {
          skills: skills.map(({ name, folder, description }) => ({ name, folder, description })),
          problems: problems.map((problem) => ({ ...problem })),
        },
        text: lines.length === 0 ? 'there is no skill' : lines.join('\n'),
        exit: problems.some(({ kind }) => kind === 'error') ? exitCode.failed : exitCode.done,
      };
    }),
});

const lineOf = ({ kind, folder, message }: SkillProblem): string =>
  `${kind}: skills/${folder}: ${message}`;
