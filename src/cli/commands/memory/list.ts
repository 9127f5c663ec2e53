import { readNotes } from '../../../agent/index.ts';
import { defineCommand } from '../../command.ts';
import { pointOptions, readPoint } from '../../instant.ts';
import { readHome } from '../../session.ts';

/** `datum memory list` */
export const command = defineCommand({
  summary: 'The notes of an agent',
  arguments: [{ name: '<agent>', about: 'the agent' }],
  options: pointOptions,
  examples: ['datum memory list harbor', 'datum memory list harbor --known 2026-06-01'],
  run: (invocation) =>
    readHome(invocation, async (home) => {
      const point = readPoint(invocation.options);
      const notes = await readNotes(await home.agent(invocation.args[0] ?? '').snapshot(point));
      const rows = notes.map(({ file, note }) => ({
        file,
        type: note.type,
        name: note.name,
        description: note.description,
        confidence: note.confidence,
        last_seen: note.lastSeen,
        pinned: note.pinned,
        live: !note.archived && note.supersededBy === undefined,
      }));
      const lines = rows.map(
        ({ file, last_seen: seen, confidence, name, pinned, live }) =>
          `${file}  ${seen}  ${confidence}${pinned ? '  pinned' : ''}${live ? '' : '  superseded'}\n    ${name}`,
      );
      return { data: rows, text: lines.length === 0 ? 'no notes yet' : lines.join('\n') };
    }),
});
