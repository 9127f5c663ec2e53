import type { Json } from '../base/index.ts';
import type { ExitCode } from './exit-code.ts';
import type { GlobalOptions } from './global-options.ts';
import type { Terminal } from './terminal.ts';
import type { World } from './world.ts';

export type OptionValue = string | boolean | readonly string[] | undefined;

export interface Invocation {
  /** Arguments in the order of the command's `arguments`; the last may be a list. */
  readonly args: readonly string[];
  /** The command's own options, in camel case. */
  readonly options: Readonly<Record<string, OptionValue>>;
  readonly global: GlobalOptions;
  readonly world: World;
  readonly terminal: Terminal;
}

/** What a command answers: `data` for programs, `text` for people. */
export interface Report {
  /** Absent when everything was said item by item. */
  readonly data?: Json;
  readonly text: string;
  readonly exit?: ExitCode;
}

export interface Command {
  /** One line for the list of commands. */
  readonly summary: string;
  /** What it does, for `--help`. */
  readonly about?: string;
  /** Commander syntax: `<needed>`, `[optional]`, `[several...]`, with one line each. */
  readonly arguments?: readonly { readonly name: string; readonly about: string }[];
  /** Commander syntax: `--known <time>`, `-n, --limit <count>`, `--tag <tag...>`. */
  readonly options?: readonly { readonly flags: string; readonly about: string }[];
  /** Complete command lines; the documentation tests run those marked `$ `. */
  readonly examples: readonly string[];
  readonly run: (invocation: Invocation) => Promise<Report>;
}

/** Names the shape of a command; each file of `cli/commands` exports one as `command`. */
export const defineCommand = (command: Command): Command => Object.freeze(command);
