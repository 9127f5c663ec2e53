import { systemDisk, systemRandom } from '../../src/base/index.ts';
import { openLog } from '../../src/fact/index.ts';
import { openFolder, openMarks } from '../../src/folder/index.ts';

/** A process that works in a home beside others: `node busy-writer.ts <home> <state> <name> <n>`. */
const [home = '', state = '', name = '', count = '1'] = process.argv.slice(2);
const log = await openLog({ home, env: { DATUM_STATE: state } });
const marks = openMarks(`${home}/.datum/local-marks.sqlite`);
const folder = openFolder({ log, root: home, disk: systemDisk, random: systemRandom, marks });
for (let n = 0; n < Number(count); n += 1) {
  await folder.appendEntry('log/2026-06/2026-06-05.jsonl', `{"run_id":"${name}-${n}"}`);
  await folder.writeDocument('memory/user_shared.md', `${name} ${n}\n`);
  await folder.reconcile();
}
folder.close();
await log.close();
