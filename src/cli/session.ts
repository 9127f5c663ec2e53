import { DatumError } from '../base/index.ts';
import type { ReconcileReport } from '../folder/index.ts';
import { type Home, locateHome, openHome, printGenerated } from '../home/index.ts';
import type { Invocation } from './command.ts';
import { takeInLines } from './commands/take-in-report.ts';
import { CliError } from './error.ts';
import { refuseReadOnly } from './read-only.ts';

type Work<Result> = (home: Home) => Promise<Result>;

/**
 * Opens the home a command reads, takes in what was edited by hand, and closes it whatever happens.
 * While git is in the middle of a merge, and where nothing can be written, it is read as the log has
 * it.
 */
export const readHome = <Result>(invocation: Invocation, work: Work<Result>): Promise<Result> =>
  withHome(invocation, async (home) => {
    const { global, terminal } = invocation;
    if (!home.readOnly) await reconcileUnlessMerging(home, invocation);
    else if (!global.readOnly)
      terminal.note('nothing can be written here; shown as the log has it');
    return work(home);
  });

/** Opens the home a command writes to; refused (exit 4) while git is in the middle of a merge. */
export const writeHome = async <Result>(
  invocation: Invocation,
  work: Work<Result>,
): Promise<Result> => {
  refuseReadOnly(invocation);
  return withHome(invocation, async (home) => {
    if (home.readOnly) throw unwritable(home.root);
    await takeInFiles(home, invocation);
    return work(home);
  });
};

/**
 * Commits what a command wrote to a home that it could not open before. Where history is still
 * missing there is nothing to commit yet.
 */
export async function commitRepaired(invocation: Invocation, message: string): Promise<void> {
  try {
    await withHome(invocation, (home) => home.commit(message));
  } catch (error) {
    if (!(error instanceof DatumError) || error.kind !== 'integrity') throw error;
  }
}

/** The folder of the home a command works on without opening it. */
export const placeOf = ({ global, world }: Invocation): string =>
  locateHome({ disk: world.disk, cwd: world.cwd, home: global.home });

const unwritable = (root: string): CliError =>
  new CliError({
    code: 'cli/unwritable',
    message: `${root} cannot be written here; it was opened for reading`,
    hint: 'check the rights of its .datum folder and that the disk is mounted for writing',
    data: { root },
  });

async function withHome<Result>(invocation: Invocation, work: Work<Result>): Promise<Result> {
  const { global, world, terminal } = invocation;
  const root = placeOf(invocation);
  const home = await terminal.during('opening the log', () =>
    openHome(root, { machine: world, readOnly: global.readOnly }),
  );
  try {
    for (const line of takeInLines(home.log.tookIn)) terminal.note(line);
    return await work(home);
  } finally {
    await home.close();
  }
}

async function reconcileUnlessMerging(home: Home, invocation: Invocation): Promise<void> {
  try {
    const { changed, entries, finished } = await takeInFiles(home, invocation);
    const isNew = changed.length + entries.length + finished.length > 0;
    if (isNew) await home.commit('datum: what was written by hand');
  } catch (error) {
    if (!(error instanceof DatumError) || error.kind !== 'busy') throw error;
    invocation.terminal.note(`${error.message}; shown as the log has it`);
  }
}

/** Takes in what people and git changed; generated files hold lines of both sides after a merge. */
async function takeInFiles(home: Home, { terminal, global }: Invocation): Promise<ReconcileReport> {
  const report = await terminal.during('reading the files', () => home.reconcile());
  if (home.log.tookIn.arrived.length > 0) await printGenerated(home);
  for (const { path } of report.conflicts) {
    terminal.note(`${path} was changed on two sides: your file stands, the other is in the log`);
  }
  if (global.verbose) for (const line of verboseLines(report)) terminal.note(line);
  return report;
}

const verboseLines = ({ changed, entries, finished, damaged }: ReconcileReport) => [
  ...changed.map(({ path, kind }) => `${kind} by hand: ${path}`),
  ...entries.map(({ path, count }) => `${count} new entries: ${path}`),
  ...finished.map((path) => `finished an interrupted write: ${path}`),
  ...damaged.map(({ file, line, message }) => `${file}:${line}: ${message}`),
];
