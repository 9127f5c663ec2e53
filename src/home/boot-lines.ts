import { within } from '../effect/index.ts';
import type { WriterStatus } from '../fact/index.ts';
import type { ReconcileReport } from '../folder/index.ts';
import { gitVersion, liveGit } from '../git/index.ts';
import type { Home } from './home.ts';
import { probeKeeper } from './keeper-probe.ts';
import type { Machine } from './machine.ts';
import type { Outlook } from './outlook.ts';

export async function gitLine({ disk, env }: Machine): Promise<string> {
  const version = await within([liveGit({ env })], () => gitVersion(disk.realpath('/')));
  return `git ${version}`;
}

export async function logLine(
  { log }: Home,
  { fresh }: { readonly fresh: boolean },
): Promise<string> {
  if (fresh || log.home === undefined) return 'new log of facts';
  const { known } = await log.at();
  return `log ${log.home.slice(0, 12)} up to ${known?.slice(0, 12) ?? 'nothing'}, chains and signatures checked`;
}

/** Whose transactions this opening brought; of a clone's first boot, all there are. */
export function takenIn({ log }: Home, { fresh }: { readonly fresh: boolean }): readonly string[] {
  if (fresh) return [];
  const { arrived, ahead } = log.tookIn;
  return [
    ...arrived.map(
      ({ writer, from, to }) => `${to - from + 1} transactions of writer ${writer.slice(0, 12)}`,
    ),
    ...ahead.map(({ id }) => `${id.slice(0, 12)} was written by a clock that runs ahead`),
  ];
}

export const trustLine = (unknown: readonly WriterStatus[]): string =>
  unknown.length === 0
    ? 'every writer is known here'
    : `${unknown.length} unknown: read, but not counted by guards; see datum trust writers`;

/** A keeper is asked whether it is there, but not at an address that only strangers have named. */
export async function keeperStep(
  { settings: { keeperUrl }, machine }: Home,
  unknown: readonly WriterStatus[],
): Promise<{ readonly text: string; readonly ok: boolean }> {
  if (keeperUrl === undefined) return { text: 'no keeper: standalone', ok: true };
  if (unknown.length > 0) {
    return { text: `${keeperUrl} not asked: not every writer is trusted`, ok: false };
  }
  const state = await probeKeeper(keeperUrl, machine.clock);
  if (state === 'connected') return { text: `connected to ${keeperUrl}`, ok: true };
  if (state === 'rejected') return { text: `${keeperUrl} refused this agent`, ok: false };
  return { text: `${keeperUrl} does not answer: standalone`, ok: false };
}

export function reconcileLine(report: ReconcileReport): string {
  const parts: readonly (readonly [number, string])[] = [
    [sum(report.adopted.map(({ documents }) => documents)), 'documents adopted'],
    [sum(report.adopted.map(({ entries }) => entries)), 'entries adopted'],
    [changedByHand(report), 'changed by hand'],
    [entriesByHand(report), 'entries added by hand'],
    [report.finished.length, 'unfinished writes finished'],
    [report.conflicts.length, 'conflicts, both sides kept'],
    [report.damaged.length, 'damaged, kept as they are'],
  ];
  const told = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return told.length === 0 ? 'files and facts agree' : told.join(', ');
}

const sum = (counts: readonly number[]): number => counts.reduce((total, each) => total + each, 0);

/** What was taken in for the first time is not somebody's edit. */
const isAdopted = ({ adopted }: ReconcileReport, path: string): boolean =>
  adopted.some((folder) => folder.path === '' || path.startsWith(`${folder.path}/`));

const changedByHand = (report: ReconcileReport): number =>
  report.changed.filter(({ path, kind }) => kind !== 'added' || !isAdopted(report, path)).length;

const entriesByHand = (report: ReconcileReport): number =>
  sum(report.entries.filter(({ path }) => !isAdopted(report, path)).map(({ count }) => count));

export function predecessorLine({ sessions, state }: Outlook): string {
  const [latest] = sessions;
  if (latest === undefined) return 'nobody was here before';
  const left = latest.ended === undefined ? 'did not hand off' : `handed off, agent ${state}`;
  return `${latest.by} was here last, ${left}`;
}
