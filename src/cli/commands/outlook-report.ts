import type { JsonObject } from '../../base/index.ts';
import type { Outlook, Session } from '../../home/index.ts';
import { showTime } from '../instant.ts';

/** An outlook for people. */
export function outlookLines(outlook: Outlook): readonly string[] {
  const { sessions, inProgress, open, unread, unfinishedRuns, alerts, suggestions } = outlook;
  const { conflicts, contradictions } = outlook;
  const [latest] = sessions;
  const list = (title: string, items: readonly string[]): readonly string[] =>
    items.length === 0 ? [] : [`${title}:`, ...items.slice(0, 5).map((item) => `  - ${item}`)];
  return [
    ...(latest === undefined ? [] : [`Last here: ${sessionLine(latest)}`]),
    ...(latest?.note === undefined ? [] : [`Their note: ${latest.note}`]),
    ...list('In progress', inProgress),
    ...list('Open', open),
    ...list('Unread mail', unread),
    ...list('Unfinished runs', unfinishedRuns),
    ...list('Conflicts', [...conflicts, ...contradictions]),
    ...list('Alerts', alerts),
    ...(suggestions.length === 0 ? [] : ['Next:']),
    ...suggestions.map((text, index) => `  ${index + 1}. ${text}`),
  ];
}

/** When a session was, and how it ended. */
export function sessionLine({ by, started, ended }: Session): string {
  const end = ended === undefined ? 'not handed off' : `handed off ${showTime(ended)}`;
  return `${by}, since ${showTime(started)}, ${end}`;
}

/** An outlook for programs. */
export const outlookData = (outlook: Outlook): JsonObject => ({
  agent: outlook.agent,
  state: outlook.state,
  sessions: outlook.sessions.map(({ entity, by, started, ended, note }) => ({
    entity,
    by,
    started: showTime(started),
    ended: ended === undefined ? null : showTime(ended),
    note: note ?? null,
  })),
  inProgress: outlook.inProgress,
  open: outlook.open,
  done: outlook.done,
  journalEntries: outlook.journalEntries,
  trail: outlook.trail.map((section) => ({ ...section })),
  unread: outlook.unread,
  unfinishedRuns: outlook.unfinishedRuns,
  conflicts: outlook.conflicts,
  contradictions: outlook.contradictions,
  alerts: outlook.alerts,
  suggestions: outlook.suggestions,
});
