import { resolve } from 'node:path';
import { adopt } from '../../home/index.ts';
import { defineCommand } from '../command.ts';
import { table } from '../panel.ts';
import { refuseReadOnly } from '../read-only.ts';

/** `datum open` */
export const command = defineCommand({
  summary: 'Adopt a folder of agents, or a workshop, as it is',
  about:
    'Open a folder that another system made: an agent, a vault of agents, a datum workshop. Every file is taken in as it is, with one transaction for each agent; only .datum is added, and what is written later stays readable for the system that made the folder. Any command with --home does the same.',
  arguments: [{ name: '[dir]', about: 'the folder (default: --home, or this folder)' }],
  examples: ['datum open ~/docs/agents', 'datum open workshop'],
  run: async (invocation) => {
    refuseReadOnly(invocation);
    const { args, global, world, terminal } = invocation;
    const root = resolve(world.cwd, args[0] ?? global.home ?? '.');
    const { kind, agents, reconciled, commit } = await terminal.during('taking in the files', () =>
      adopt(root, world),
    );
    const { adopted, damaged } = reconciled;
    const rows = adopted.map(({ path, documents, entries }) => [
      `  ${agents.find((agent) => agent.path === path)?.name ?? '(the folder itself)'}`,
      `${documents} documents`,
      `${entries} entries`,
    ]);
    const text = [
      `${NAMES[kind]} at ${root}${agents.length === 0 ? '' : `, ${agents.length} ${agents.length === 1 ? 'agent' : 'agents'}`}`,
      ...(rows.length === 0 ? ['  nothing new'] : [table(rows)]),
      ...damaged.map(({ file, line, message }) => `note: ${file}:${line}: ${message}`),
    ];
    return {
      data: {
        root,
        kind,
        agents: agents.map((agent) => ({ ...agent })),
        adopted: adopted.map((each) => ({ ...each })),
        damaged: damaged.map((each) => ({ ...each })),
        commit: commit ?? null,
      },
      text: text.join('\n'),
    };
  },
});

const NAMES = { agent: 'an agent', vault: 'a vault', workshop: 'a workshop', home: 'a home' };
