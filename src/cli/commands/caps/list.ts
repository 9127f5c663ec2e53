import { heldSettings, readPromptSource } from '../../../agent/index.ts';
import { capsOwner, heldBy, usdOf } from '../../../guard/index.ts';
import { defineCommand } from '../../command.ts';
import { readHome } from '../../session.ts';

/** `datum caps list` */
export const command = defineCommand({
  summary: 'The caps of an agent with what stands on them',
  arguments: [{ name: '<agent>', about: 'the agent' }],
  examples: ['datum caps list harbor'],
  run: (invocation) =>
    readHome(invocation, async (home) => {
      const door = home.agent(invocation.args[0] ?? '');
      const agent = await door.called();
      const { model } = await readPromptSource(home.log, await door.snapshot());
      const world = await door.world();
      const { budget } = world;
      const spender = { agent, run: '' };
      const found =
        (await budget?.standing(spender, heldSettings(world, agent, model.guardrails))) ?? [];
      const database = await home.log.at();
      const owner = await capsOwner(`agent:${agent}`, database);
      const here = home.log.signer?.writer;
      const kept =
        owner === undefined ? 'nobody yet' : owner === here ? 'here' : owner.slice(0, 12);
      const rows = found
        .filter(({ scope }) => scope !== 'run' && scope !== 'tree')
        .map(({ account, usd, action, spent, open }) => ({
          account,
          cap: usd,
          action,
          spent: usdOf(spent),
          held: usdOf(heldBy(open)),
        }));
      const lines = rows.map(
        ({ account, cap, action, spent, held }) =>
          `${account}  ${spent.toFixed(6)} of ${cap} USD, ${held.toFixed(6)} reserved, then ${action}`,
      );
      const text = lines.length === 0 ? ['no caps'] : [...lines, `kept by ${kept}`];
      return {
        data: { agent, caps: rows, ...(owner === undefined ? {} : { owner }) },
        text: text.join('\n'),
      };
    }),
});
