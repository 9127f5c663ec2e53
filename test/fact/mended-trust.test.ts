import { expect, test } from 'vitest';
import { newCopy } from './copies.ts';

test('mending what does not stand lends nobody the word of who mends', async () => {
  const ada = newCopy({ trusting: false });
  const owner = (v: string) => ({ e: 'task:one', a: 'task/owner', v });
  await ada.with((log) => log.transact([{ e: 'task:one', a: 'task/state', v: 'open' }]));
  const eve = newCopy({ of: ada, trusting: false, skew: 10 });
  const name = await eve.with(async (log) => {
    await log.transact([{ e: 'agent:eve', a: 'agent/mood', v: 'calm' }]);
    const writer = log.signer?.writer ?? '';
    await log.transact([
      { e: `writer:${writer}`, a: 'writer/trusted', v: true },
      { e: 'agent:eve', a: 'policy/rule', v: 'anything goes' },
    ]);
    return writer;
  });
  const mallory = newCopy({ of: eve, skew: 1_000_000 });
  await mallory.with((log) =>
    log.transact(
      [
        owner('mallory'),
        { e: `writer:${name}`, a: 'writer/trusted', op: 'retract' },
        { e: 'agent:eve', a: 'policy/rule', op: 'retract' },
      ],
      { if: [{ e: 'task:one', a: 'task/owner', absent: true }] },
    ),
  );
  ada.clock.advance(1000);
  await ada.with((log) => log.transact([owner('ada')]));
  ada.pull(eve);
  ada.pull(mallory);
  await ada.with(async (log) => {
    expect(log.tookIn.conflicts).toHaveLength(1);
    await log.transact([{ e: 'agent:ada', a: 'agent/mood', v: 'calm' }]);
  });
  await ada.with(async (log) => {
    const writers = await log.trust.writers();
    expect(writers.filter(({ trust }) => trust !== 'own').map(({ trust }) => trust)).toEqual([
      'unknown',
      'unknown',
    ]);
    const database = await log.at();
    expect(await database.get('agent:eve', 'policy/rule')).toBeUndefined();
    expect(await database.get('task:one', 'task/owner')).toBe('ada');
  });
});
