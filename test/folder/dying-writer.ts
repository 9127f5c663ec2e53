import { systemDisk, systemRandom } from '../../src/base/index.ts';
import { openLog } from '../../src/fact/index.ts';
import { openFolder, openMarks } from '../../src/folder/index.ts';

/**
 * A process that dies: `node dying-writer.ts <home> <state> <disk call> <n>` writes documents and
 * entries and kills itself at the n-th such call below the home, outside `.datum`.
 */
const [home = '', state = '', call = '', count = '1'] = process.argv.slice(2);
let left = Number(count);

const dieAt = <Arguments extends readonly unknown[], Result>(
  name: string,
  work: (...args: Arguments) => Result,
) => {
  return (...args: Arguments): Result => {
    const isOurs = !args.some((arg) => typeof arg === 'string' && arg.includes('.datum'));
    if (name === call && isOurs) {
      left -= 1;
      if (left === 0) process.kill(process.pid, 'SIGKILL');
    }
    return work(...args);
  };
};

const disk = {
  ...systemDisk,
  open: dieAt('open', systemDisk.open),
  write: dieAt('write', systemDisk.write),
  rename: dieAt('rename', systemDisk.rename),
  sync: dieAt('sync', systemDisk.sync),
};
const log = await openLog({ home, env: { DATUM_STATE: state } });
const marks = openMarks(`${home}/.datum/local-marks.sqlite`);
const folder = openFolder({ log, root: home, disk, random: systemRandom, marks });
await folder.writeDocuments([
  { path: 'memory/user_a.md', content: 'second\n' },
  { path: 'memory/INDEX.md', content: '# Memory Index\n' },
]);
await folder.appendEntry('JOURNAL.md', '## [2026-06-05T10:00:00Z] NOTE\n\nsecond');
process.stdout.write('done');
