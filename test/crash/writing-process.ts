/**
 * A process that writes facts until it is killed. Each acknowledged transaction is one line on its
 * standard output: `<name> <n> <id>`. Its disk writes lines in pieces, so that a kill can fall
 * inside one.
 */
import { writeSync } from 'node:fs';
import { type Disk, systemDisk } from '../../src/base/index.ts';
import { openLog } from '../../src/fact/index.ts';

const [home = '', name = '', from = '1'] = process.argv.slice(2);

const slowDisk: Disk = {
  ...systemDisk,
  write: (fd, content, position) => {
    // What overwrites part of one sector is written whole by any kernel.
    const step = content.length < 200 ? content.length : Math.ceil(content.length / 3);
    for (let at = 0; at < content.length; at += step) {
      const piece = content.subarray(at, at + step);
      systemDisk.write(fd, piece, position === undefined ? undefined : position + at);
    }
  },
};

const log = await openLog({ home, disk: slowDisk });
for (let n = Number(from); ; n += 1) {
  const values = n % 5 === 0 ? ['now', 'later'] : ['now'];
  for (const v of values) {
    const result = await log.transact([{ e: `${name}:${n}`, a: 'step/value', v: `${v} ${n}` }], {
      durability: v === 'later' ? 'later' : 'now',
    });
    if (result.ok && result.written) writeSync(1, `${name} ${n} ${result.id}\n`);
  }
}
