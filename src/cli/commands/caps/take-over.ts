import { takeCaps } from '../../../guard/index.ts';
import { defineCommand } from '../../command.ts';
import { usageError } from '../../error.ts';
import { writeHome } from '../../session.ts';

/** `datum caps take-over` */
export const command = defineCommand({
  summary: 'Spend under these caps here from now on',
  about:
    'Clones do not see what each other spends until they pull, so one working copy spends under the ' +
    'caps of an agent. This one does from now on; the other refuses from its next pull on, so pull ' +
    'and push right away.',
  arguments: [{ name: '[agent]', about: 'the agent' }],
  options: [{ flags: '--fleet', about: 'the caps of all agents together' }],
  examples: ['datum caps take-over harbor'],
  run: (invocation) =>
    writeHome(invocation, async (home) => {
      const [named] = invocation.args;
      const isFleet = invocation.options['fleet'] === true;
      if ((named === undefined) !== isFleet) {
        throw usageError('whose caps?', 'name an agent, or --fleet for those of all together');
      }
      const agent = named === undefined ? undefined : (await home.agent(named).snapshot()).agent;
      const from = await takeCaps(home.log, agent === undefined ? 'budget:home' : `agent:${agent}`);
      await home.commit('caps: taken over');
      const whose = agent ?? 'all agents together';
      const before = from === undefined ? 'which nobody kept' : `from ${from.slice(0, 12)}`;
      return {
        data: { agent: agent ?? null, from: from ?? null },
        text: `the caps of ${whose} are kept here now, ${before}`,
      };
    }),
});
