import { isSha256 } from '../../base/index.ts';
import { defineCommand } from '../command.ts';
import { usageError } from '../error.ts';
import { readTime } from '../instant.ts';
import { writeHome } from '../session.ts';

/** `datum restore` */
export const command = defineCommand({
  summary: 'Bring documents back as they were',
  about: 'Bring documents back as they were known at a time, as new facts. Nothing is rewritten.',
  arguments: [{ name: '[path]', about: 'a document or folder (default: all documents)' }],
  options: [{ flags: '--known <time>', about: 'a time, or a transaction id' }],
  examples: ['datum restore --known 2026-06-01 wiki/seats.md'],
  run: (invocation) =>
    writeHome(invocation, async (home) => {
      const { known } = invocation.options;
      if (typeof known !== 'string') {
        throw usageError('--known is missing', 'say as of when: a time, or a transaction id');
      }
      const [path] = invocation.args;
      const report = await home.folder.restore({
        known: isSha256(known) ? known : readTime('--known', known),
        ...(path === undefined ? {} : { path }),
        by: home.by,
      });
      await home.commit(`restore: ${path ?? 'all documents'}`);
      const lines = [
        ...report.restored.map((each) => `restored  ${each}`),
        ...report.missing.map((each) => `missing   ${each}: its content is not on this machine`),
      ];
      return {
        data: { restored: report.restored, newer: report.newer, missing: report.missing },
        text:
          lines.length === 0
            ? 'nothing to bring back: what was known then is as it was'
            : lines.join('\n'),
      };
    }),
});
