import type { JsonObject } from '../../base/index.ts';
import { type Dispute, type Home, readDisputes, settle } from '../../home/index.ts';
import { defineCommand } from '../command.ts';
import { usageError } from '../error.ts';
import { readHome, writeHome } from '../session.ts';

/** `datum accept` */
export const command = defineCommand({
  summary: 'Settle what two sides both wrote',
  about:
    'List what is disputed: facts that two clones stated and that cannot both stand, and documents that were changed on two sides at once. With a name, accept the side that stands; with --other, the side that does not is stated anew on top. Nothing is rewritten.',
  arguments: [
    { name: '[name...]', about: 'conflict:<id> (its beginning is enough), or a path; none: list' },
  ],
  options: [
    { flags: '--all', about: 'everything that is disputed' },
    { flags: '--other', about: 'the side that does not stand' },
  ],
  examples: [
    'datum accept',
    'datum accept conflict:0b4513fc200d',
    'datum accept wiki/seats.md --other',
    'datum accept --all',
  ],
  run: async (invocation) => {
    const { args, options } = invocation;
    const all = options['all'] === true;
    if (args.length === 0 && !all) {
      return readHome(invocation, async (home) => report('disputed', await disputes(home)));
    }
    return writeHome(invocation, async (home) => {
      const open = await disputes(home);
      const chosen = all ? open : args.map((name) => named(name, open));
      for (const each of chosen) {
        await settle(home, each, options['other'] === true ? 'other' : 'standing');
      }
      await home.commit(`accept: ${chosen.map(({ name }) => name.slice(0, 40)).join(', ')}`);
      return report('settled', chosen);
    });
  },
});

const disputes = async ({ log }: Home) => readDisputes(await log.at());

function named(name: string, open: readonly Dispute[]): Dispute {
  const found = open.filter((each) =>
    each.kind === 'facts' ? each.name.startsWith(name) : each.name === name,
  );
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  throw usageError(
    only === undefined ? `${name} is not disputed` : `${name} names ${found.length} conflicts`,
    'see datum accept for what is',
  );
}

function report(word: 'disputed' | 'settled', found: readonly Dispute[]) {
  const data: readonly JsonObject[] = found.map((each) => ({ ...each }));
  const text = found.length === 0 ? `nothing is ${word}` : found.map(line).join('\n');
  return { data: { [word]: data }, text };
}

/** A dispute on one line. */
export const line = (dispute: Dispute): string =>
  dispute.kind === 'facts'
    ? `${dispute.name.slice(0, 21)}  ${dispute.e} ${dispute.a}: ${dispute.winner.slice(0, 12)} stands, ${dispute.loser.slice(0, 12)} does not`
    : `${dispute.name}  the file stands, ${dispute.other?.slice(0, 12) ?? 'its removal'} is in the log`;
