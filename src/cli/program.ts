import { Command as Commander, CommanderError, Option } from 'commander';
import type { Command, Invocation, OptionValue, Report } from './command.ts';
import type { Entry } from './entry.ts';
import { usageError } from './error.ts';
import type { GlobalOptions } from './global-options.ts';
import { createTerminal } from './terminal.ts';
import type { World } from './world.ts';

export interface ProgramOptions {
  readonly registry: readonly Entry[];
  readonly world: World;
  readonly version: string;
}

/** What one command line came to: a report and the options to print it with, or text already shown. */
export type Outcome =
  | { readonly kind: 'report'; readonly report: Report; readonly global: GlobalOptions }
  | { readonly kind: 'shown' };

/** Parses a command line, loads the one command it names, and runs it. */
export async function runProgram(
  argv: readonly string[],
  options: ProgramOptions,
): Promise<Outcome> {
  let outcome: Outcome = { kind: 'shown' };
  const root = rootCommand(options);
  for (const entry of options.registry) {
    await attach(root, entry, {
      argv,
      path: [entry.name],
      options,
      finish: (report, global) => {
        outcome = { kind: 'report', report, global };
      },
    });
  }
  try {
    await root.parseAsync(argv.length === 0 ? ['--help'] : [...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return explain(error, helpOf(argv, options.registry));
    throw error;
  }
  return outcome;
}

function rootCommand({ world, version }: ProgramOptions): Commander {
  const root = new Commander('datum');
  root
    .description('An agent is a git repository. Clone it, boot it, and it continues.')
    .version(version, '--version', 'print the version')
    .option('--home <dir>', 'the home folder (default: the nearest one above this folder)')
    .addOption(
      new Option('--format <format>', 'text for people, json for programs')
        .choices(['text', 'json'])
        .default('text'),
    )
    .option('--quiet', 'print results and errors only')
    .option('--verbose', 'print more of what happens')
    .option('--no-color', 'no colour (also: NO_COLOR=1)')
    .option('--read-only', 'change nothing')
    .helpOption('-h, --help', 'show help')
    .helpCommand(false)
    .showSuggestionAfterError();
  settle(root, world);
  return root;
}

/** Errors become exceptions and output goes where the world says. */
function settle(command: Commander, world: World): Commander {
  return command.exitOverride().configureOutput({
    writeOut: (text) => world.stdout.write(text),
    writeErr: (text) => world.stderr.write(text),
    getOutHelpWidth: () => Math.min(100, world.stdout.columns),
    getOutHasColors: () => false,
    getErrHasColors: () => false,
    outputError: () => undefined,
  });
}

interface Attachment {
  readonly argv: readonly string[];
  readonly path: readonly string[];
  readonly options: ProgramOptions;
  readonly finish: (report: Report, global: GlobalOptions) => void;
}

async function attach(parent: Commander, entry: Entry, attachment: Attachment): Promise<void> {
  const { argv, path, options } = attachment;
  const child = settle(parent.command(entry.name), options.world).summary(entry.summary);
  child.description(entry.summary).helpOption('-h, --help', 'show help').helpCommand(false);
  if (!argv.includes(entry.name)) return;
  if ('commands' in entry) {
    for (const inner of entry.commands) {
      await attach(child, inner, { ...attachment, path: [...path, inner.name] });
    }
    if (entry.bare === undefined) child.action(() => child.help({ error: true }));
    else configure(child, (await entry.bare.load()).command, attachment);
    return;
  }
  const { command } = await entry.load();
  configure(child, command, attachment);
}

function configure(child: Commander, command: Command, attachment: Attachment): void {
  child.description(command.about ?? command.summary);
  for (const argument of command.arguments ?? []) child.argument(argument.name, argument.about);
  for (const option of command.options ?? []) child.option(option.flags, option.about);
  child.addHelpText(
    'after',
    `\nExamples:\n${command.examples.map((line) => `  ${line.replace(/^\$ /, '')}`).join('\n')}`,
  );
  child.action(() => carryOut(child, command, attachment));
}

async function carryOut(child: Commander, command: Command, attachment: Attachment): Promise<void> {
  const { world } = attachment.options;
  const global = globalsOf(child);
  const color = child.optsWithGlobals()['color'] !== false;
  const terminal = createTerminal(world, { ...global, color });
  const invocation: Invocation = {
    args: child.processedArgs.flat().filter((value) => value !== undefined),
    options: child.opts<Record<string, OptionValue>>(),
    global,
    world,
    terminal,
  };
  try {
    attachment.finish(await command.run(invocation), global);
  } finally {
    terminal.done();
  }
}

function globalsOf(child: Commander): GlobalOptions {
  const all = child.optsWithGlobals<Record<string, OptionValue>>();
  return {
    home: typeof all['home'] === 'string' ? all['home'] : undefined,
    format: all['format'] === 'json' ? 'json' : 'text',
    quiet: all['quiet'] === true,
    verbose: all['verbose'] === true,
    readOnly: all['readOnly'] === true,
  };
}

const SHOWN = new Set(['commander.helpDisplayed', 'commander.help', 'commander.version']);

/** The help of the command that a command line names. */
function helpOf(argv: readonly string[], registry: readonly Entry[]): string {
  const path: string[] = [];
  let entries = registry;
  for (const word of argv) {
    const entry = entries.find(({ name }) => name === word);
    if (entry === undefined) continue;
    path.push(word);
    entries = 'commands' in entry ? entry.commands : [];
  }
  return ['datum', ...path, '--help'].join(' ');
}

function explain(error: CommanderError, help: string): Outcome {
  if (SHOWN.has(error.code) && error.exitCode === 0) return { kind: 'shown' };
  const message = error.message.replace(/^error: /, '').replace(/\n\(Did you mean .*/s, '');
  const guess = /Did you mean (?:one of )?(.*?)\?/s.exec(error.message)?.[1];
  if (error.code === 'commander.help') {
    throw usageError('a command is missing', 'choose one of the commands listed above');
  }
  throw usageError(
    message,
    guess === undefined ? `see ${help}` : `did you mean ${guess}? See ${help}`,
  );
}
