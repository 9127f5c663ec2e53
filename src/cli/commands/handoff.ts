import { handOff } from '../../home/index.ts';
import { defineCommand, type Invocation } from '../command.ts';
import { writeHome } from '../session.ts';

/** `datum handoff` */
export const command = defineCommand({
  summary: 'Close the session for whoever comes next',
  about: 'Close the session: note, state, journal, TRAIL.md and one commit.',
  options: [{ flags: '--note <text>', about: 'what the next one must know' }],
  examples: ['datum handoff --note "chapter four is checked; ask Lin about the dates"'],
  run: (invocation) => close(invocation, 'idle'),
});

/** Hands off, to rest or for good. */
export function close(invocation: Invocation, state: 'idle' | 'retired') {
  return writeHome(invocation, async (home) => {
    const { note } = invocation.options;
    const said = typeof note === 'string' ? note : 'Handed off without a note.';
    const { session, commit } = await handOff(home, { note: said, state });
    const tail = commit === undefined ? 'not committed' : `committed ${commit.slice(0, 10)}`;
    return {
      data: { session: session.entity, state, note: said, commit: commit ?? null },
      text: `${session.agent} is ${state}; session closed, ${tail}`,
    };
  });
}
