/** A process that counts a shared number up by compare and set, as often as it is told. */
import { openLog } from '../../src/fact/index.ts';

const [home = '', times = '0'] = process.argv.slice(2);
const log = await openLog({ home });
const slot = { e: 'counter:shared', a: 'counter/value' };
for (let done = 0; done < Number(times); ) {
  const found = await (await log.at()).get(slot.e, slot.a);
  const condition =
    found === undefined ? { ...slot, absent: true as const } : { ...slot, is: found };
  const result = await log.transact([{ ...slot, v: Number(found ?? 0) + 1 }], { if: [condition] });
  if (result.ok) done += 1;
}
await log.close();
