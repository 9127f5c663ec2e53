import type { JsonObject } from '../../base/index.ts';
import type { TakeIn } from '../../fact/index.ts';
import { pull } from '../../home/index.ts';
import { defineCommand } from '../command.ts';
import { refuseReadOnly } from '../read-only.ts';
import { placeOf } from '../session.ts';
import { takeInData, takeInLines } from './take-in-report.ts';

/** `datum pull` */
export const command = defineCommand({
  summary: 'Take in the work of another clone',
  about:
    'Commit what is here, fetch and merge the other side, take its facts in and print generated files anew. What both sides claimed is decided alike in every clone, and reported.',
  examples: ['datum pull'],
  run: async (invocation) => {
    refuseReadOnly(invocation);
    const root = placeOf(invocation);
    const { merge, tookIn, reconciled, commit } = await invocation.terminal.during(
      'fetching and merging',
      () => pull(root, invocation.world),
    );
    const data: JsonObject = { merge, commit: commit ?? null, ...takeInData(tookIn) };
    const lines = [headline(merge, tookIn), ...takeInLines(tookIn)];
    const changed = reconciled.changed.map(({ path, kind }) => `  ${kind}  ${path}`);
    return { data, text: [...lines, ...changed].join('\n') };
  },
});

const headline = (merge: string, { arrived }: TakeIn): string =>
  merge === 'up-to-date' && arrived.length === 0 ? 'nothing new on the other side' : 'taken in';
