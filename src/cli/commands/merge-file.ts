import { resolve } from 'node:path';
import { writeFileAtomic } from '../../base/index.ts';
import { mergeEntries } from '../../home/index.ts';
import { defineCommand } from '../command.ts';
import { readInput } from '../input-file.ts';
import { refuseReadOnly } from '../read-only.ts';

/** `datum merge-file`: what git calls as the merge driver of journals and logs. */
export const command = defineCommand({
  summary: 'Join two versions of a journal or log (called by git)',
  arguments: [
    { name: '<ours>', about: 'our version; the result is written here' },
    { name: '<theirs>', about: 'the other version' },
    { name: '<path>', about: 'the path in the repository' },
  ],
  examples: ['datum merge-file ours.md theirs.md JOURNAL.md'],
  run: async (invocation) => {
    refuseReadOnly(invocation);
    const { world } = invocation;
    const [ours = '', theirs = '', path = ''] = invocation.args;
    const read = (file: string): string =>
      readInput(world, file, { wanted: 'a version of the file' }).toString('utf8');
    const form = path.endsWith('.jsonl') ? 'jsonl' : 'journal';
    const merged = mergeEntries(read(ours), read(theirs), form);
    writeFileAtomic(resolve(world.cwd, ours), merged, world);
    return { data: { path, bytes: Buffer.byteLength(merged) }, text: '' };
  },
});
