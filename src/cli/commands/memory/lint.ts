import { lintMemory, readNotes, settleContradictions } from '../../../agent/index.ts';
import { formatInstant } from '../../../base/index.ts';
import { defineCommand, type Invocation, type Report } from '../../command.ts';
import { exitCode } from '../../exit-code.ts';
import { readHome, writeHome } from '../../session.ts';

/** `datum memory lint` */
export const command = defineCommand({
  summary: 'What a person should look at',
  about:
    'Duplicates, contradictions, stale and expired notes, notes the index does not name and the other ' +
    'way round, high confidence without a source, broken links. Changes nothing without --settle; ends with 1 when there is something.',
  arguments: [{ name: '<agent>', about: 'the agent' }],
  options: [
    {
      flags: '--settle',
      about: 'where of two contradicting notes the later one wins, let it supersede the other',
    },
  ],
  examples: ['datum memory lint harbor', 'datum memory lint harbor --settle'],
  run: (invocation) =>
    invocation.options['settle'] === true ? settle(invocation) : look(invocation),
});

const look = (invocation: Invocation): Promise<Report> =>
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
  });

const settle = (invocation: Invocation): Promise<Report> =>
  writeHome(invocation, async (home) => {
    const [agent = ''] = invocation.args;
    const snapshot = await home.agent(agent).snapshot();
    const write = { by: home.by, why: { source: 'memory lint' } };
    const now = invocation.world.clock.now();
    const place = { folder: home.folder, snapshot, write, now };
    const settled = await settleContradictions(place, await readNotes(snapshot));
    if (settled.length > 0) await home.commit(`memory: contradictions of ${agent}`);
    const lines = settled.map(([earlier, later]) => `${earlier} is superseded by ${later}`);
    return {
      data: settled.map(([earlier, later]) => ({ earlier, later })),
      text: lines.length === 0 ? 'nothing that settles itself' : lines.join('\n'),
    };
  });
