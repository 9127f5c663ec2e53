import { lintMemory } from '../../../agent/index.ts';
import { formatInstant } from '../../../base/index.ts';
import { defineCommand } from '../../command.ts';
import { exitCode } from '../../exit-code.ts';
import { readHome } from '../../session.ts';

/** `datum memory lint` */
export const command = defineCommand({
  summary: 'What a person should look at',
  about:
    'Duplicates, contradictions, stale and expired notes, notes the index does not name and the other ' +
    'way round, high confidence without a source, broken links. Changes nothing; ends with 1 when there is something.',
  arguments: [{ name: '<agent>', about: 'the agent' }],
  examples: ['datum memory lint harbor'],
  run: (invocation) =>
    readHome(invocation, async (home) => {
      const snapshot = await home.agent(invocation.args[0] ?? '').snapshot();
      const day = formatInstant(invocation.world.clock.now()).slice(0, 10);
      const findings = await lintMemory(snapshot, day);
      const lines = findings.map(
        ({ kind, files, message }) => `${kind.padEnd(18)}  ${files.join(', ')}\n    ${message}`,
      );
      return {
        data: findings.map((finding) => ({ ...finding, files: [...finding.files] })),
        text: findings.length === 0 ? 'nothing to look at' : lines.join('\n'),
        exit: findings.length === 0 ? exitCode.done : exitCode.failed,
      };
    }),
});
