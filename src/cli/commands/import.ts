import { importFacts } from '../../home/index.ts';
import { defineCommand } from '../command.ts';
import { given } from '../given.ts';
import { readInput } from '../input-file.ts';
import { writeHome } from '../session.ts';
import { utf8Of } from '../utf8.ts';

/** `datum import` */
export const command = defineCommand({
  summary: 'State the facts of JSON lines',
  about:
    'State the facts that datum export printed, or that you wrote: one JSON object a line, with e, a and v, and op, validFrom, validTo where they are needed. Every line is checked before anything is written; what holds already is not stated again.',
  arguments: [{ name: '[file]', about: 'JSON lines (default: standard input)' }],
  options: [{ flags: '--branch <name>', about: 'on this branch' }],
  examples: ['datum import facts.jsonl', 'datum export | datum --home ../other import'],
  run: (invocation) =>
    writeHome(invocation, async (home) => {
      const { args, options, world, terminal } = invocation;
      const [file] = args;
      const text =
        file === undefined
          ? await world.stdin()
          : utf8Of(readInput(world, file, { wanted: 'a file of JSON lines' }), file);
      const imported = await importFacts(home, text, {
        onProgress: (count) => terminal.progress(`${count} facts`),
        ...given('branch', options['branch']),
      });
      await home.commit(`import: ${imported.facts} facts`);
      const said = `${imported.facts} facts, ${imported.transactions} transactions written`;
      return { data: { ...imported }, text: said };
    }),
});
