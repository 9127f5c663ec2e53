import { appendFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { testMachine } from '../machine.ts';

test.each(['nan', '-1', '"5"', 'true', '[5]'])(
  'a cap of all agents that says %s is off for nobody: everything stops',
  async (usd) => {
    const machine = testMachine();
    const at = { in: machine.path('a') };
    await machine.ask(['boot', 'a']);
    appendFileSync(machine.path('a/datum.toml'), `\n[caps]\nfleet_daily_usd = ${usd}\n`);
    const ran = await machine.run(['status'], at);
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.err).toContain('caps.fleet_daily_usd is no number of dollars');
  },
);
