import { expect, test } from 'vitest';
import type { FactInput, Log } from '../../src/fact/index.ts';
import { mood, newCopy, written } from './copies.ts';

const cap = (v: number): FactInput => ({ e: 'home:caps', a: 'cap/day', v });
const capOf = async (log: Log): Promise<unknown> => (await log.at()).get('home:caps', 'cap/day');
const trustOf = async (log: Log): Promise<readonly string[]> =>
  (await log.trust.writers()).map(({ trust }) => trust).sort();
const writerOf = async (log: Log, id: string): Promise<string> =>
  (await log.transaction(id))?.writer ?? '';

/** A home whose daily cap is guarded, and a clone of it that trusts nobody yet. */
async function guarded() {
  const a = newCopy({ trusting: false });
  await a.with(async (log) => {
    await log.transact([{ e: 'attr:cap/day', a: 'attribute/guarded', v: true }]);
    await log.transact([cap(5), mood('calm')]);
  });
  return { a, b: newCopy({ of: a, trusting: false, skew: 10 }) };
}

test('a guarded attribute is not changed by a writer one does not trust, anything else is', async () => {
  const { a, b } = await guarded();
  await b.with((log) => log.transact([cap(5_000), mood('greedy')]));
  a.pull(b);
  await a.with(async (log) => {
    expect(await trustOf(log)).toEqual(['own', 'unknown']);
    expect(await capOf(log)).toBe(5);
    expect(await (await log.at()).get('agent:harbor', 'agent/mood')).toBe('greedy');
  });
});

test('a clone does not believe what it guards until its person says whom to trust', async () => {
  const { b } = await guarded();
  await b.with(async (log) => {
    expect(await trustOf(log)).toEqual(['unknown']);
    await log.trust.add((await log.trust.writers()).map(({ writer }) => writer));
    expect(await trustOf(log)).toEqual(['named']);
    expect(await capOf(log)).toBe(5);
  });
  await b.with(async (log) => {
    expect(await capOf(log)).toBe(5);
    await log.trust.remove((await log.trust.writers()).map(({ writer }) => writer));
    expect(await trustOf(log)).toEqual(['unknown']);
  });
});

test('whom a trusted writer vouches for is trusted, and who vouches for itself is not', async () => {
  const { a, b } = await guarded();
  const id = written(await b.with((log) => log.transact([cap(7)]))).id;
  const writer = await b.with((log) => writerOf(log, id));
  const vouch: FactInput = { e: `writer:${writer}`, a: 'writer/trusted', v: true };
  await b.with((log) => log.transact([vouch]));
  a.pull(b);
  await a.with(async (log) => expect(await capOf(log)).toBe(5));
  await a.with(async (log) => {
    await log.transact([vouch]);
    expect(await trustOf(log)).toEqual(['own', 'vouched']);
    expect(await capOf(log)).toBe(7);
  });
});

test('a trusted vouch cannot be taken back by a writer one does not trust', async () => {
  const { a, b } = await guarded();
  const c = newCopy({ of: a, trusting: false, skew: 20 });
  const id = written(await b.with((log) => log.transact([cap(7)]))).id;
  const writer = await b.with((log) => writerOf(log, id));
  a.pull(b);
  await a.with((log) => log.transact([{ e: `writer:${writer}`, a: 'writer/trusted', v: true }]));
  c.pull(a);
  await c.with((log) => log.transact([{ e: `writer:${writer}`, a: 'writer/trusted', v: false }]));
  a.pull(c);
  await a.with(async (log) => expect(await capOf(log)).toBe(7));
});

test('the key a copy signs with can sign other things, and a reader has none', async () => {
  const { a, b } = await guarded();
  await a.with(async (log) => {
    expect(log.signer?.sign(Buffer.from('a checkpoint'))).toHaveLength(64);
    expect(log.signer?.writer).toBe((await log.trust.writers())[0]?.writer);
  });
  await b.with(async (log) => expect(log.signer).toBe(undefined));
});
