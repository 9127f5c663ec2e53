/** Asks an agent and shows its answer as it arrives: `node examples/code/ask.ts <home> <agent> "<question>"`. */
import { openHome } from '../../src/home/index.ts';

const [root = '.', agent = 'harbor', workItem = 'is 997 prime?'] = process.argv.slice(2);

const home = await openHome(root);
for await (const event of home.agent(agent).stream({ workItem, model: 'flux/think' })) {
  if (event.type === 'text') process.stdout.write(event.text);
  if (event.type === 'result') process.stdout.write(`\n${event.result.costUsd} USD\n`);
}
await home.close();
