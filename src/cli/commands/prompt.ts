import { defineCommand } from '../command.ts';
import { pointOptions, readPoint } from '../instant.ts';
import { readHome } from '../session.ts';

/** `datum prompt` */
export const command = defineCommand({
  summary: 'The exact prompt of an agent, now or at any time',
  arguments: [{ name: '<agent>', about: 'the agent' }],
  options: pointOptions,
  examples: ['datum prompt harbor', 'datum prompt harbor --known 2026-06-01'],
  run: (invocation) =>
    readHome(invocation, async (home) => {
      const [agent = ''] = invocation.args;
      const prompt = await home.agent(agent).prompt(readPoint(invocation.options));
      return { data: { agent, prompt }, text: prompt };
    }),
});
