import { defineCommand } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { writeHome } from '../session.ts';
import { readEntity } from '../value.ts';

const SAYS = {
  gone: 'gone: no other copy can have it',
  ordered:
    'gone here, and ordered of every other copy, which carries it out when it takes the log in',
  cannot: 'nothing of it was ever sealed, so nothing can be erased',
};

/** `datum erase` */
export const command = defineCommand({
  summary: 'Forget the private values of a subject, for good',
  about:
    'Destroy the key of a subject’s private values here, overwrite them in the index, and order every other copy to do the same. The chain stays provable. Values written in clear cannot be erased and are named.',
  arguments: [{ name: '<entity>', about: 'whose private values' }],
  examples: ['datum erase person:lin'],
  run: (invocation) =>
    writeHome(invocation, async (home) => {
      const subject = readEntity(invocation.args[0] ?? '');
      const { outcome, blobs, clear } = await home.log.erase(subject, { by: home.by });
      await home.commit(`erase: ${subject}`);
      const left = clear.map(
        ({ tx, a }) => `in clear, for good: ${a} in transaction ${tx.slice(0, 12)}`,
      );
      return {
        data: { subject, outcome, blobs, clear: clear.map((each) => ({ ...each })) },
        text: [SAYS[outcome], ...left].join('\n'),
        exit: outcome === 'cannot' ? exitCode.failed : exitCode.done,
      };
    }),
});
