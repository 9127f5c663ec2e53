import { resolve } from 'node:path';
import type { WriterStatus } from '../../fact/index.ts';
import { type BootReport, boot, foreignFolder, isHome } from '../../home/index.ts';
import { defineCommand, type Invocation } from '../command.ts';
import { usageError } from '../error.ts';
import { given } from '../given.ts';
import { showTime } from '../instant.ts';
import { panel, table } from '../panel.ts';
import { refuseReadOnly } from '../read-only.ts';
import { shownOn } from '../shown.ts';
import { outlookData, outlookLines } from './outlook-report.ts';

/** `datum boot` */
export const command = defineCommand({
  summary: 'Make a home, or continue one where it stopped',
  about:
    'Boot a home. An empty folder becomes a new workshop with its repository; an existing home or a clone continues; a folder of agents is adopted, and any other one that holds something when you say so (--adopt, or yes on a terminal). Nothing that a person or a predecessor wrote is overwritten.',
  arguments: [{ name: '[dir]', about: 'the home (default: --home, or ./workshop)' }],
  options: [
    { flags: '--agent <name>', about: 'name of the agent of a new home (datum)' },
    { flags: '--trust', about: 'trust every writer of a clone' },
    { flags: '--adopt', about: 'make a home of a folder that holds something else' },
  ],
  examples: [
    'datum boot',
    'datum boot my-agent --agent ada',
    'git clone <url> home && datum boot home --trust',
  ],
  run: async (invocation) => {
    refuseReadOnly(invocation);
    const { world, terminal, options, global } = invocation;
    const agent = given('agent', options['agent']);
    const report = await boot(folderOf(invocation), {
      machine: world,
      ...agent,
      trust: async (unknown) =>
        options['trust'] === true || (await asked(invocation, trustQuestion(unknown))),
      adopt: async (root) =>
        options['adopt'] === true || (await asked(invocation, adoptQuestion(root))),
      onStep: ({ name, text, ok }) => {
        if (global.format === 'json' || (global.quiet && ok)) return;
        const sign = ok ? terminal.paint('green', 'ok') : terminal.paint('yellow', '!!');
        terminal.item(null, `${sign}  ${name.padEnd(12)} ${text}`);
      },
    });
    return { data: bootData(report), text: panel('datum', panelLines(report)) };
  },
});

/** Asks on a terminal; anything but yes is no, and so is whatever cannot be asked. */
async function asked({ world, global }: Invocation, question: string): Promise<boolean> {
  const isTerminal = world.stdinIsTerminal && world.stderr.isTerminal;
  if (!isTerminal || global.format === 'json' || world.lines === undefined) return false;
  world.stderr.write(shownOn(world.stderr, `${question} [y/N] `));
  for await (const line of world.lines()) return /^y(?:es)?$/i.test(line.trim());
  return false;
}

function trustQuestion(unknown: readonly WriterStatus[]): string {
  const rows = unknown.map(({ writer, seq, at }) => [
    `  ${writer}`,
    `${seq} transactions`,
    `until ${showTime(at)}`,
  ]);
  return `This machine does not know who wrote this log:\n${table(rows)}\nShall their word count for policy, mandates, caps and trust?`;
}

const adoptQuestion = (root: string): string =>
  `${root} holds files of something else.\nShall it become a home, which takes in and commits the documents it holds?`;

/** The folder named, else the home named or the one we stand in, else `./workshop`. */
function folderOf({ args, global, world }: Invocation): string {
  const named = args[0] ?? global.home;
  // What a script makes of a variable that is not set is no wish to boot the folder it runs in.
  if (named === '')
    throw usageError('the name of the home is empty', 'name a folder, or leave it out');
  if (named !== undefined) return resolve(world.cwd, named);
  const isHere =
    isHome(world.cwd, world.disk) || foreignFolder(world.cwd, world.disk) !== undefined;
  return isHere ? world.cwd : resolve(world.cwd, 'workshop');
}

const welcome = (agent: string): readonly string[] => [
  'A new home. Read SEED.md first; it takes five minutes.',
  `Ask something, without a key: datum run ${agent} "is 997 prime?"`,
];

const panelLines = ({ root, before, fresh }: BootReport): readonly string[] => [
  ...table([
    ['Name', before.agent],
    ['State', 'active'],
    ['Home', root],
  ]).split('\n'),
  '',
  ...(fresh ? welcome(before.agent) : outlookLines(before)),
];

const bootData = ({ root, fresh, steps, before, commit, reconciled }: BootReport) => ({
  root,
  fresh,
  steps: steps.map((step) => ({ ...step })),
  commit: commit ?? null,
  changed: reconciled.changed.map(({ path, kind }) => ({ path, kind })),
  before: outlookData(before),
});
