import { factLines } from '../../home/index.ts';
import { defineCommand } from '../command.ts';
import { pointOptions, readPoint } from '../instant.ts';
import { readHome } from '../session.ts';
import { readEntity } from '../value.ts';

/** `datum export` */
export const command = defineCommand({
  summary: 'Facts as JSON lines',
  about:
    'Print facts as JSON lines, which datum import reads: every operation that is known, so that each stretch of time is kept, or with --now or --valid what holds alone. Facts about files are left out, for the files say them; a whole copy of a home is a git clone. Private values are in clear where they can be read.',
  arguments: [{ name: '[entity...]', about: 'of these entities only (default: all)' }],
  options: [...pointOptions, { flags: '--now', about: 'only what holds' }],
  examples: [
    'datum export > facts.jsonl',
    'datum export room:reading --now',
    'datum export --known 2026-06-01 --valid 2026-05-01',
  ],
  run: (invocation) =>
    readHome(invocation, async ({ log }) => {
      const { args, options, terminal } = invocation;
      const point = readPoint(options);
      const database = await log.at(point);
      const lines = factLines(database, {
        depth: options['now'] === true || point.valid !== undefined ? 'now' : 'history',
        ...(args.length === 0 ? {} : { entities: args.map(readEntity) }),
      });
      for await (const line of lines) terminal.item(line, JSON.stringify(line));
      return { text: '' };
    }),
});
