import type { Command } from './command.ts';

/** A command, or a group of commands, that is loaded when it is used. */
export type Entry =
  | {
      readonly name: string;
      readonly summary: string;
      readonly load: () => Promise<{ readonly command: Command }>;
    }
  | { readonly name: string; readonly summary: string; readonly commands: readonly Entry[] };

/** All commands of `datum`, in the order `datum --help` lists them. */
export const commands: readonly Entry[] = Object.freeze<Entry[]>([
  {
    name: 'flux',
    summary: 'Run, assemble, verify and inspect FLUX programs',
    commands: [
      {
        name: 'run',
        summary: 'Run a program',
        load: () => import('./commands/flux/run.ts'),
      },
      {
        name: 'asm',
        summary: 'Assemble source to bytecode',
        load: () => import('./commands/flux/asm.ts'),
      },
      {
        name: 'disasm',
        summary: 'Print bytecode as source',
        load: () => import('./commands/flux/disasm.ts'),
      },
      {
        name: 'validate',
        summary: 'Verify programs without running them',
        load: () => import('./commands/flux/validate.ts'),
      },
      {
        name: 'debug',
        summary: 'Step through a program, forward and back',
        load: () => import('./commands/flux/debug.ts'),
      },
      {
        name: 'conformance',
        summary: 'Run the conformance suites',
        load: () => import('./commands/flux/conformance.ts'),
      },
    ],
  },
]);
