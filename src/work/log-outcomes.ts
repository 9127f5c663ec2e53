import { isJsonObject } from '../base/index.ts';
import { defineProjection, type Log } from '../fact/index.ts';
import { WorkError } from './error.ts';
import type { Outcome, Outcomes } from './outcome.ts';

/** On `outcome:<agent>/<run>`: `{ agent, run, blob }`. */
const RESULT = 'outcome/result';

const results = defineProjection({
  name: 'work_outcomes',
  version: 1,
  order: 'any',
  tables: { work_outcome: 'agent text not null, run text not null, primary key (agent, run)' },
  fold: ({ facts }, tables) => {
    for (const { a, v } of facts) {
      if (a !== RESULT || !isJsonObject(v)) continue;
      const key = [String(v['agent']), String(v['run'])];
      tables.run('insert into work_outcome values (?, ?) on conflict do nothing', ...key);
    }
  },
});

/** Results as facts, their text as a blob. */
export const logOutcomes = (log: Log): Outcomes => ({
  write: async (agent, outcome) => {
    const { run } = outcome;
    const e = `outcome:${agent}/${run}`;
    const blob = await log.blobs.put(JSON.stringify(outcome), 'git');
    const v = { agent, run, blob: blob.hash };
    const written = await log.transact([{ e, a: RESULT, v }], {
      if: [{ e, a: RESULT, absent: true }],
      blobs: [blob],
      why: { run },
    });
    if (written.ok) return;
    throw new WorkError({
      code: 'work/outcome-written',
      kind: 'usage',
      message: `run ${run} has its result already`,
      hint: 'a result is written once; start a new run for another',
      data: { agent, run },
    });
  },
  read: async (agent, run) => {
    const value = await (await log.at()).get(`outcome:${agent}/${run}`, RESULT);
    if (!isJsonObject(value)) return undefined;
    const bytes = await log.blobs.get(String(value['blob']));
    if (bytes !== undefined) return JSON.parse(Buffer.from(bytes).toString('utf8')) as Outcome;
    throw new WorkError({
      code: 'work/outcome-elsewhere',
      kind: 'integrity',
      message: `the result of run ${run} is not on this machine`,
      hint: 'pull it, or run datum verify',
      data: { agent, run },
    });
  },
  list: async (agent) => {
    const sql = 'select run from work_outcome where agent = ? order by run';
    return (await log.query(results, sql, [agent])).map(({ run }) => String(run));
  },
});
