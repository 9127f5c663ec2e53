/** `home`: a home is booted, worked in, handed over and retired. */
import { deferred } from '../base/index.ts';

export type { Adopted } from './adopt.ts';
export type { AgentDoor } from './agent-door.ts';
export type { BootOptions, BootReport, BootStep } from './boot.ts';
export type { CheckpointMade } from './checkpoint.ts';
export type { HeldSchedule, ScheduleState, TickReport } from './cron.ts';
export type { Dispute, DocumentDispute, FactDispute, Side } from './dispute.ts';
export { mergeEntries } from './entry-merge.ts';
export { HomeError } from './error.ts';
export type { PullReport } from './exchange.ts';
export { type FactLinesQuery, factLines, readFactLines } from './fact-lines.ts';
export { type ForeignFolder, foreignFolder } from './foreign.ts';
export type { Handoff } from './handoff.ts';
export { type Home, type OpenHomeOptions, openHome } from './home.ts';
export type { Imported } from './import-facts.ts';
export { addJournalEntry, type JournalQuery, readJournal } from './journal.ts';
export { isHome, type Location, locateHome } from './locate.ts';
export type { Machine } from './machine.ts';
export type { Outlook } from './outlook.ts';
export { type AgentState, lifecycle, recentSessions, type Session } from './session.ts';
export { defaultSettings, readSettings, type Settings } from './settings.ts';
export { renewTrail, type TrailState } from './trail.ts';
export type { TrustHost, TrustItem } from './trust-item.ts';
export { launchdUnit, systemdUnit, type UnitFile } from './units.ts';

// Loaded when called: no command needs all of them, and each begins with its door.
export const boot = deferred(async () => (await import('./boot.ts')).boot);
export const adopt = deferred(async () => (await import('./adopt.ts')).adopt);
export const makeCheckpoint = deferred(
  async () => (await import('./checkpoint.ts')).makeCheckpoint,
);
export const damagedSchedules = deferred(async () => (await import('./cron.ts')).damagedSchedules);
export const keepSchedules = deferred(async () => (await import('./cron.ts')).keepSchedules);
export const listSchedules = deferred(async () => (await import('./cron.ts')).listSchedules);
export const runDue = deferred(async () => (await import('./cron.ts')).runDue);
export const takeOver = deferred(async () => (await import('./cron.ts')).takeOver);
export const readDisputes = deferred(async () => (await import('./dispute.ts')).readDisputes);
export const settle = deferred(async () => (await import('./dispute.ts')).settle);
export const pull = deferred(async () => (await import('./exchange.ts')).pull);
export const push = deferred(async () => (await import('./exchange.ts')).push);
export const handOff = deferred(async () => (await import('./handoff.ts')).handOff);
export const printGenerated = deferred(async () => (await import('./handoff.ts')).printGenerated);
export const importFacts = deferred(async () => (await import('./import-facts.ts')).importFacts);
export const readOutlook = deferred(async () => (await import('./outlook.ts')).readOutlook);
export const trustItems = deferred(async () => (await import('./trusted-files.ts')).trustItems);
export const trustNow = deferred(async () => (await import('./trusted-files.ts')).trustNow);
export const distrustNow = deferred(async () => (await import('./trusted-files.ts')).distrustNow);
