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
export const commands: readonly Entry[] = Object.freeze<Entry[]>([]);
