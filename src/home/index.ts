/** `home`: a home is booted, worked in, handed over and retired. */
export { type Adopted, adopt } from './adopt.ts';
export type { AgentDoor } from './agent-door.ts';
export { type BootOptions, type BootReport, type BootStep, boot } from './boot.ts';
export { type CheckpointMade, makeCheckpoint } from './checkpoint.ts';
export {
  damagedSchedules,
  type HeldSchedule,
  keepSchedules,
  listSchedules,
  runDue,
  type ScheduleState,
  type TickReport,
  takeOver,
} from './cron.ts';
export {
  type Dispute,
  type DocumentDispute,
  type FactDispute,
  readDisputes,
  type Side,
  settle,
} from './dispute.ts';
export { mergeEntries } from './entry-merge.ts';
export { HomeError } from './error.ts';
export { type PullReport, pull, push } from './exchange.ts';
export { type FactLinesQuery, factLines, readFactLines } from './fact-lines.ts';
export { type ForeignFolder, foreignFolder } from './foreign.ts';
export { type Handoff, handOff, printGenerated } from './handoff.ts';
export { type Home, type Machine, type OpenHomeOptions, openHome } from './home.ts';
export { type Imported, importFacts } from './import-facts.ts';
export { addJournalEntry, type JournalQuery, readJournal } from './journal.ts';
export { isHome, type Location, locateHome } from './locate.ts';
export { type Outlook, readOutlook } from './outlook.ts';
export { type AgentState, lifecycle, recentSessions, type Session } from './session.ts';
export { defaultSettings, readSettings, type Settings } from './settings.ts';
export { renewTrail, type TrailState } from './trail.ts';
export type { TrustHost, TrustItem } from './trust-item.ts';
export {
  distrustNow,
  trustItems,
  trustNow,
} from './trusted-files.ts';
export { launchdUnit, systemdUnit, type UnitFile } from './units.ts';
