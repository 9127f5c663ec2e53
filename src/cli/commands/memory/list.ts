import { promotableNotes, readNotes } from '../../../agent/index.ts';
import { defineCommand } from '../../command.ts';
import { pointOptions, readPoint } from '../../instant.ts';
import { readHome } from '../../session.ts';

/** `datum memory list` */
export const command = defineCommand({
  summary: 'The notes of an agent',
  about:
    'A note that has earned a place in the persona says why; datum memory promote links it there.',
  arguments: [{ name: '<agent>', about: 'the agent' }],
  options: pointOptions,
  examples: ['datum memory list harbor', 'datum memory list harbor --known 2026-06-01'],
  run: (invocation) =>
    readHome(invocation, async (home) => {
      const point = readPoint(invocation.options);
      const snapshot = await home.agent(invocation.args[0] ?? '').snapshot(point);
      const notes = await readNotes(snapshot);
      const earned = new Map(promotableNotes(snapshot, notes).map(({ file, why }) => [file, why]));
      const rows = notes.map(({ file, note }) => ({
        file,
        type: note.type,
        name: note.name,
        description: note.description,
        confidence: note.confidence,
        last_seen: note.lastSeen,
        pinned: note.pinned,
        live: !note.archived && note.supersededBy === undefined,
        ...(earned.has(file) ? { promotable: earned.get(file) as string } : {}),
      }));
      const lines = rows.map(
        ({ file, last_seen: seen, confidence, name, pinned, live, promotable }) =>
          `${file}  ${seen}  ${confidence}${pinned ? '  pinned' : ''}${live ? '' : '  superseded'}\n    ${name}${promotable === undefined ? '' : `\n    may go into the persona: ${promotable}`}`,
      );
      return { data: rows, text: lines.length === 0 ? 'no notes yet' : lines.join('\n') };
    }),
});
