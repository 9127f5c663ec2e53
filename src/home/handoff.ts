import { type Generator, memoryIndexGenerator } from '../folder/index.ts';
import { HomeError } from './error.ts';
import type { Home } from './home.ts';
import { addJournalEntry } from './journal.ts';
import { readOutlook } from './outlook.ts';
import { closingFacts, recentSessions, type Session } from './session.ts';
import { renewTrail, trailOf } from './trail.ts';

export interface HandOffOptions {
  /** What the next one must know. */
  readonly note: string;
  /** `idle` until the next boot, or `retired` for good. */
  readonly state: 'idle' | 'retired';
}

export interface Handoff {
  readonly session: Session;
  readonly commit: string | undefined;
}

/** Closes the session: state, journal, trail, one commit. Throws `home/no-session` when none is open. */
export async function handOff(home: Home, { note, state }: HandOffOptions): Promise<Handoff> {
  const { agent } = home.settings;
  const [session] = await recentSessions(home.log, { agent, limit: 1 });
  if (session === undefined || session.ended !== undefined) {
    throw new HomeError({
      code: 'home/no-session',
      kind: 'usage',
      message: 'there is no open session to hand off',
      hint: 'begin one with: datum boot',
    });
  }
  await home.log.transact(closingFacts(session, { note, state }), {
    by: home.by,
    why: { source: 'handoff' },
  });
  const retired = state === 'retired';
  await addJournalEntry(home, { category: retired ? 'RETIRE' : 'HANDOFF', content: note });
  await printTrail(home);
  const commit = await home.commit(
    `${retired ? 'retire' : 'handoff'}: ${firstLine(note)}`,
    'session',
  );
  return { session, commit };
}

/** Prints TRAIL.md anew from facts. */
export async function printTrail(home: Home): Promise<void> {
  const outlook = await readOutlook(home);
  const trail: Generator = {
    path: 'TRAIL.md',
    print: async (_, current) => renewTrail(current, trailOf(outlook)),
  };
  await home.folder.printGenerated([trail], { by: home.by, why: { source: 'trail' } });
}

/** Prints every generated file anew: after a merge they hold lines of both sides. */
export async function printGenerated(home: Home): Promise<void> {
  const indexes = home.folder.agents().map((agent) => memoryIndexGenerator(agent));
  await home.folder.printGenerated(indexes, { by: home.by, why: { source: 'index' } });
  await printTrail(home);
}

const firstLine = (note: string): string => (note.split('\n')[0] ?? '').slice(0, 60);
