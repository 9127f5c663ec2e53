import { applyTuning, type Handled } from '../../../agent/index.ts';
import { defineCommand } from '../../command.ts';
import { exitCode } from '../../exit-code.ts';
import { given } from '../../given.ts';
import { writeHome } from '../../session.ts';

/** `datum tune apply` */
export const command = defineCommand({
  summary: 'Carry out what was accepted, once',
  about:
    'Applies the diffs of accepted proposals and writes every decision to evals/tuning_history.jsonl. A ' +
    'diff goes only where its lines stand, at exactly one place; otherwise it is skipped and said, and ' +
    'the command ends with 1. What was applied before is not applied again.',
  arguments: [{ name: '<agent>', about: 'the agent' }],
  options: [
    { flags: '--report <path>', about: 'only this report, as the list names it' },
    { flags: '--dry-run', about: 'say what would happen and write nothing' },
  ],
  examples: ['datum tune apply harbor', 'datum tune apply harbor --dry-run'],
  run: (invocation) =>
    writeHome(invocation, async (home) => {
      const agent = await home.agent(invocation.args[0] ?? '').called();
      const { report, dryRun } = invocation.options;
      const world = await home.agent(agent).world();
      const handled = await applyTuning(world, {
        agent,
        ...given('report', report),
        ...(dryRun === true ? {} : { write: { by: home.by, why: { source: 'tune apply' } } }),
      });
      if (dryRun !== true) await home.commit(`tune: ${agent}`);
      return {
        data: handled.map((each) => ({ ...each })),
        text: handled.length === 0 ? 'nothing is decided' : handled.flatMap(linesOf).join('\n'),
        exit: handled.some(({ outcome }) => outcome === 'skipped')
          ? exitCode.failed
          : exitCode.done,
      };
    }),
});

const SAID: Readonly<Record<Handled['outcome'], string>> = {
  applied: 'applied',
  'applied-before': 'applied before; nothing to do',
  skipped: 'skipped',
  noted: 'noted',
  'noted-before': 'noted before; nothing to do',
};

function linesOf({ proposal, targetFile, decision, outcome, reason, diff }: Handled) {
  const said = reason === undefined ? SAID[outcome] : `${SAID[outcome]}: ${reason}`;
  const shown = outcome === 'applied' ? diff.split('\n').map((line) => `    ${line}`) : [];
  return [`${proposal}  ${targetFile}  ${decision}  ${said}`, ...shown];
}
