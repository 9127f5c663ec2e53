import type { Command } from './command.ts';

/** A command, or a group of commands, that is loaded when it is used. */
export type Entry = LazyCommand | Group;

export interface LazyCommand {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<{ readonly command: Command }>;
}

export interface Group {
  readonly name: string;
  readonly summary: string;
  readonly commands: readonly Entry[];
  /** What the name alone does; help when absent. */
  readonly bare?: LazyCommand;
}

/** Names a command file that is loaded when the command is used. */
export const lazy = (name: string, summary: string, load: LazyCommand['load']): LazyCommand => ({
  name,
  summary,
  load,
});
