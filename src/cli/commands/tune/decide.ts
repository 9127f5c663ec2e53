import { decideTuning } from '../../../agent/index.ts';
import { DECISIONS } from '../../../folder/index.ts';
import { defineCommand } from '../../command.ts';
import { usageError } from '../../error.ts';
import { given } from '../../given.ts';
import { writeHome } from '../../session.ts';

/** `datum tune decide` */
export const command = defineCommand({
  summary: 'Accept, reject or defer a proposal',
  about:
    'Writes the decision into the report, as editing operator_decision there does. Nothing is changed ' +
    'before: datum tune apply.',
  arguments: [
    { name: '<agent>', about: 'the agent' },
    { name: '<proposal>', about: 'its id' },
    { name: '<decision>', about: DECISIONS.join(', ') },
  ],
  options: [{ flags: '--note <text>', about: 'why' }],
  examples: ['datum tune decide harbor harbor-2026-06-05-001 accepted --note "yes"'],
  run: (invocation) => {
    const [named = '', proposal = '', wanted = ''] = invocation.args;
    const decision = DECISIONS.find((each) => each === wanted);
    if (decision === undefined) {
      throw usageError(`${wanted} is no decision`, `name one of ${DECISIONS.join(', ')}`);
    }
    return writeHome(invocation, async (home) => {
      const { note } = invocation.options;
      const agent = await home.agent(named).called();
      const world = await home.agent(agent).world();
      const asked = {
        agent,
        proposal,
        decision,
        ...given('notes', note),
      };
      const write = { by: home.by, why: { source: 'tune decide' } };
      const path = await decideTuning(world, asked, write);
      await home.commit(`tune: ${proposal} ${decision}`);
      return { data: { proposal, decision, path }, text: `${proposal} is ${decision} in ${path}` };
    });
  },
});
