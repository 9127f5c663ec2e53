import { Cron } from 'croner';
import { type Problem, refuseProblems } from '../error.ts';
import { keyLines } from './key-lines.ts';
import { type Section, sectionsOf } from './sections.ts';
import { readSource, type SourceText } from './source-text.ts';

/** `schedule.md`: when an agent is to be run by itself, and on what. */
export interface ScheduleFile {
  readonly source: SourceText;
  readonly schedules: readonly Schedule[];
}

export interface Schedule {
  /** Its heading: lower-case letters, digits, `-` and `_`. */
  readonly name: string;
  /** Five fields, or a name such as `@daily`. */
  readonly cron: string;
  /** IANA name of the time zone the fields are read in. */
  readonly zone: string;
  readonly workItem: string;
  /** Instead of the default model of model.md. */
  readonly model?: string;
  /** Of its heading, counted from 1. */
  readonly line: number;
}

const NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;
const CRON = /^(?:@(?:yearly|annually|monthly|weekly|daily|hourly)|\S+(?: +\S+){4})$/;

/** Reads `schedule.md`; throws `folder/bad-schedule` naming every schedule that cannot be kept. */
export function parseScheduleFile(content: Uint8Array | string, file: string): ScheduleFile {
  const source = readSource(content, file);
  const problems: Problem[] = [];
  const names = new Set<string>();
  const schedules = sectionsOf(source).map((section) => {
    const schedule = readSchedule(source, section);
    const at = (message: string, hint: string): Problem => {
      const line = schedule.line;
      return { file, line, message: `schedule \`${schedule.name}\` ${message}`, hint };
    };
    if (!NAME.test(schedule.name))
      problems.push(at('has no usable name', 'name it with lower-case letters, digits, - and _'));
    if (names.has(schedule.name)) problems.push(at('is there twice', 'rename one of them'));
    names.add(schedule.name);
    if (schedule.workItem === '')
      problems.push(at('has no work', 'add a line `work: <what the agent shall do>`'));
    const wrong = wrongTime(schedule);
    if (wrong !== undefined) problems.push(at(wrong.message, wrong.hint));
    return schedule;
  });
  refuseProblems('folder/bad-schedule', problems);
  return { source, schedules };
}

function readSchedule(source: SourceText, section: Section): Schedule {
  const keys = keyLines(source, section);
  const model = keys.get('model');
  return {
    name: section.heading.replaceAll('`', '').trim(),
    cron: keys.get('cron') ?? '',
    zone: keys.get('zone') ?? 'UTC',
    workItem: keys.get('work') ?? '',
    ...(model === undefined || model === '' ? {} : { model }),
    line: section.start + 1,
  };
}

function wrongTime({ cron, zone }: Schedule): Pick<Problem, 'message' | 'hint'> | undefined {
  if (!CRON.test(cron)) {
    const hint = 'write minute, hour, day, month and weekday: `cron: 0 7 * * 1-5`';
    return { message: `has the cron \`${cron}\``, hint };
  }
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch {
    const hint = 'write an IANA name: `zone: Europe/Berlin`';
    return { message: `has the zone \`${zone}\``, hint };
  }
  try {
    if (new Cron(cron, { timezone: zone, paused: true }).nextRun() !== null) return undefined;
    return { message: `with \`${cron}\` never comes`, hint: 'name a day that exists' };
  } catch (error) {
    const message = `has the cron \`${cron}\`: ${error instanceof Error ? error.message : ''}`;
    return { message, hint: 'correct the fields: `cron: 0 7 * * 1-5`' };
  }
}
