import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JsonObject } from '../../base/index.ts';
import {
  damagedSchedules,
  type Home,
  keepSchedules,
  launchdUnit,
  listSchedules,
  locateHome,
  runDue,
  type ScheduleState,
  systemdUnit,
  type TickReport,
  takeOver,
} from '../../home/index.ts';
import { defineCommand, type Invocation, type Report } from '../command.ts';
import { usageError } from '../error.ts';
import { exitCode } from '../exit-code.ts';
import { showTime } from '../instant.ts';
import { table } from '../panel.ts';
import { readHome, writeHome } from '../session.ts';

/** `datum cron` */
export const command = defineCommand({
  summary: 'Run the schedules of the agents',
  about:
    'Runs what the schedule.md of each agent asks for, until Ctrl-C. Only what this machine trusts ' +
    '(datum trust tools) and this working copy keeps is run; a schedule nobody keeps is taken from ' +
    'now on. What was missed while nothing ran comes once. `datum cron units` prints what the ' +
    "machine's own supervisor needs to keep it running.",
  arguments: [{ name: '[units]', about: '`units`: print a unit file instead' }],
  options: [
    { flags: '--once', about: 'run what is due now, and end' },
    { flags: '--list', about: 'show the schedules and when they come next; run nothing' },
    { flags: '--take-over', about: 'keep here what another working copy keeps, from now on' },
    { flags: '--launchd', about: 'with units: for macOS' },
    { flags: '--systemd', about: 'with units: for Linux' },
  ],
  examples: ['datum cron --list', 'datum cron --once', 'datum cron units --systemd'],
  run: async (invocation) => {
    const { args, options } = invocation;
    if (args.length > 0) return units(invocation);
    if (options['list'] === true) return readHome(invocation, list);
    if (options['takeOver'] === true) {
      return writeHome(invocation, async (home) => {
        await takeOver(home);
        await home.commit('cron: schedules taken over');
        return list(home);
      });
    }
    return writeHome(invocation, (home) => run(home, invocation));
  },
});

async function run(home: Home, invocation: Invocation): Promise<Report> {
  const { options, terminal, world } = invocation;
  for (const { path, problems } of await damagedSchedules(home)) {
    terminal.warn(`${path} is not run: ${problems[0]?.message ?? 'it cannot be read'}`);
  }
  const waiting = (await listSchedules(home)).filter(({ trust }) => trust !== 'trusted');
  for (const { agent, schedule, path, trust } of waiting) {
    terminal.warn(`${agent}/${schedule} is not run: ${path} is ${trust}; see datum trust tools`);
  }
  const step = {
    signal: world.signal,
    onStep: terminal.progress,
    onTick: ({ agent, schedule }: { readonly agent: string; readonly schedule: string }): void =>
      terminal.progress(`${agent}/${schedule}`),
  };
  if (options['once'] === true) return done(await runDue(home, step));
  const reports: TickReport[] = [];
  const onReport = (report: TickReport): void => {
    reports.push(report);
    if (isDone(report)) terminal.note(lineOf(report));
    else terminal.warn(lineOf(report));
  };
  await keepSchedules(home, { ...step, onReport });
  return { data: { ticks: reports.map(dataOf) }, text: '', exit: exitCode.interrupted };
}

function done(reports: readonly TickReport[]): Report {
  const failed = reports.some((report) => 'error' in report);
  return {
    data: { ticks: reports.map(dataOf) },
    text: reports.length === 0 ? 'nothing is due' : reports.map(lineOf).join('\n'),
    exit: failed ? exitCode.failed : exitCode.done,
  };
}

const isDone = (report: TickReport): boolean =>
  'result' in report && (report.result.status === 'ok' || report.result.status === 'deduped');

function lineOf(report: TickReport): string {
  const head = `${showTime(report.tick)}  ${report.agent}/${report.schedule}`;
  if ('error' in report) {
    return `${head}  ${report.error.code}: ${report.error.message}${report.later ? '; comes again' : ''}`;
  }
  const { status, run, costUsd, reason } = report.result;
  return `${head}  ${status}  ${run}  ${costUsd.toFixed(6)} USD${reason === undefined ? '' : `  ${reason}`}`;
}

const dataOf = (report: TickReport): JsonObject => ({
  agent: report.agent,
  schedule: report.schedule,
  tick: showTime(report.tick),
  ...('error' in report
    ? { error: report.error.code, message: report.error.message, later: report.later }
    : { status: report.result.status, run: report.result.run, costUsd: report.result.costUsd }),
});

async function list(home: Home): Promise<Report> {
  const schedules = await listSchedules(home);
  const damaged = await damagedSchedules(home);
  const rows = schedules.map((each) => [
    `${each.agent}/${each.schedule}`,
    `${each.recurrence.cron} ${each.recurrence.zone}`,
    each.trust === 'trusted' ? keeperText(each) : `${each.trust}: datum trust tools ${each.path}`,
    each.next === undefined ? 'never' : `next ${showTime(each.next)}`,
    each.workItem,
  ]);
  const problems = damaged.flatMap((document) => document.problems);
  const lines = problems.map(({ file, line, message }) => `${file}:${line}: ${message}`);
  const empty = rows.length + lines.length === 0 ? ['no agent has a schedule.md'] : [];
  return {
    data: {
      schedules: schedules.map(({ next, ...each }) => ({
        ...each,
        recurrence: { ...each.recurrence },
        next: next === undefined ? null : showTime(next),
      })),
      problems: problems.map((problem) => ({ ...problem })),
    },
    text: [...(rows.length === 0 ? [] : [table(rows)]), ...lines, ...empty].join('\n'),
    exit: problems.length > 0 ? exitCode.failed : exitCode.done,
  };
}

const keeperText = ({ keeper, owner }: ScheduleState): string =>
  keeper === 'elsewhere'
    ? `kept by ${(owner ?? '').slice(0, 12)}`
    : keeper === 'here'
      ? 'kept here'
      : 'not kept yet';

/** The program that runs now, by its absolute path. */
const PROGRAM = fileURLToPath(new URL('../../../bin/datum.js', import.meta.url));

async function units({ args, options, global, world }: Invocation): Promise<Report> {
  if (args.length > 1 || args[0] !== 'units') {
    throw usageError(
      `datum cron ${args.join(' ')} is not known`,
      'say datum cron, or datum cron units',
    );
  }
  const kinds = { systemd: systemdUnit, launchd: launchdUnit };
  const [kind, ...more] = (['systemd', 'launchd'] as const).filter(
    (each) => options[each] === true,
  );
  if (kind === undefined || more.length > 0) {
    throw usageError('which supervisor?', 'add --systemd for Linux or --launchd for macOS');
  }
  const home = locateHome({ disk: world.disk, cwd: world.cwd, home: global.home });
  const name = basename(home)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-');
  const unit = kinds[kind]({ command: [process.execPath, PROGRAM], home, name });
  return { data: { ...unit }, text: unit.text.trimEnd(), exit: exitCode.done };
}
