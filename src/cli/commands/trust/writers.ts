import { defineCommand } from '../../command.ts';
import { usageError } from '../../error.ts';
import { showTime } from '../../instant.ts';
import { table } from '../../panel.ts';
import { readHome, writeHome } from '../../session.ts';

/** `datum trust writers` */
export const command = defineCommand({
  summary: 'Whose facts count here; trust or distrust a writer',
  about:
    'List the writers of the log and whether this machine trusts them. Facts of unknown writers can be read but never count for what guards decide on: policy, mandates, caps, trust, declarations.',
  arguments: [
    { name: '[writer...]', about: 'writers to trust; the beginning of the name is enough' },
  ],
  options: [
    { flags: '--all', about: 'trust every writer there is' },
    { flags: '--remove', about: 'distrust the named ones instead' },
  ],
  examples: [
    'datum trust writers',
    'datum trust writers --all',
    'datum trust writers 0b4513fc200d',
  ],
  run: (invocation) => {
    const { args, options } = invocation;
    const open = args.length > 0 || options['all'] === true ? writeHome : readHome;
    return open(invocation, async ({ log }) => {
      const known = (await log.trust.writers()).map(({ writer }) => writer);
      const chosen =
        options['all'] === true ? known : args.flatMap((prefix) => matching(prefix, known));
      if (chosen.length > 0) {
        if (options['remove'] === true) await log.trust.remove(chosen);
        else await log.trust.add(chosen);
      }
      const writers = await log.trust.writers();
      const rows = writers.map(({ writer, trust, seq, at }) => [
        writer,
        trust,
        `${seq} ${seq === 1 ? 'transaction' : 'transactions'}`,
        `until ${showTime(at)}`,
      ]);
      return {
        data: writers.map(({ writer, trust, seq, id, at }) => ({
          writer,
          trust,
          seq,
          id,
          at: showTime(at),
        })),
        text: rows.length === 0 ? 'nobody has written here yet' : table(rows),
      };
    });
  },
});

function matching(prefix: string, writers: readonly string[]): readonly string[] {
  const found = writers.filter((writer) => writer.startsWith(prefix));
  if (found.length === 1) return found;
  throw usageError(
    found.length === 0 ? `no writer is named ${prefix}` : `${prefix} names ${found.length} writers`,
    'see datum trust writers for their names',
  );
}
