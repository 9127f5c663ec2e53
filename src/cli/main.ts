import { readFileSync } from 'node:fs';
import { DatumError } from '../base/index.ts';
import type { Entry } from './entry.ts';
import { CliError } from './error.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { runProgram } from './program.ts';
import { commands } from './registry.ts';
import { shownOn } from './shown.ts';
import { systemWorld, type World } from './world.ts';

/** The version in `package.json`. */
export const version = (): string => {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
};

export interface MainOptions {
  readonly world?: World;
  readonly registry?: readonly Entry[];
}

/** Runs one command line and answers its exit code; never throws for a person's mistake. */
export async function main(
  argv: readonly string[],
  { world = systemWorld(), registry = commands }: MainOptions = {},
): Promise<ExitCode> {
  try {
    const outcome = await runProgram(argv, { registry, world, version: version() });
    if (outcome.kind === 'shown') return exitCode.done;
    const { report, global } = outcome;
    const { data } = report;
    const said = global.format === 'json' ? JSON.stringify(data, null, 2) : report.text;
    if (said !== undefined && said !== '') world.stdout.write(shownOn(world.stdout, `${said}\n`));
    return report.exit ?? exitCode.done;
  } catch (error) {
    return reportError(error, argv, world);
  }
}

function reportError(error: unknown, argv: readonly string[], world: World): ExitCode {
  const say = (text: string): void => world.stderr.write(shownOn(world.stderr, text));
  const known = error instanceof DatumError ? error : systemError(error);
  if (known === undefined) {
    if (world.signal.aborted) return exitCode.interrupted;
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    say(`datum: this is a fault in datum itself, not in what you did\n${detail}\n`);
    return exitCode.failed;
  }
  const { code, message, hint, data, kind } = known;
  if (wantsJson(argv)) {
    const shape = { error: { code, message, hint, data } };
    say(`${JSON.stringify(shape, null, 2)}\n`);
  } else {
    say(`datum: ${message}\n  ${hint}  [${code}]\n`);
  }
  return exitCode[kind];
}

/** Whether a command line asks for JSON, which may be one that could not be parsed. */
const wantsJson = (argv: readonly string[]): boolean =>
  argv.some(
    (word, at) =>
      word === '--format=json' ||
      word === '--json' ||
      (word === '--format' && argv[at + 1] === 'json'),
  );

/** What the operating system refused, in words; `undefined` for anything else. */
function systemError(error: unknown): CliError | undefined {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return undefined;
  const path = 'path' in error && typeof error.path === 'string' ? error.path : 'a file';
  const reason = error.message.replace(/^[A-Z0-9_]+: /, '').replace(/, [a-z]+(?: '.*)?$/s, '');
  return new CliError({
    code: 'cli/system',
    message: `the system refused ${String(error.syscall)} on ${path}: ${reason}`,
    hint: 'check that the path exists, that you may use it, and that the disk is not full',
    data: { errno: String(error.code), path },
    cause: error,
  });
}
