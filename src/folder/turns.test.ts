import { expect, test } from 'vitest';
import { type Hold, takingTurns } from './turns.ts';

/** What happened, and a hold that says when a turn began and ended. */
function watched() {
  const seen: string[] = [];
  const hold: Hold = async (turn) => {
    seen.push('begin');
    try {
      return await turn();
    } finally {
      seen.push('end');
    }
  };
  const work = (name: string) => async (): Promise<string> => {
    seen.push(name);
    await Promise.resolve();
    return name;
  };
  return { seen, hold, work };
}

test('what may run together shares a turn, and what runs alone waits for it', async () => {
  const { seen, hold, work } = watched();
  const turns = takingTurns();
  const all = [
    turns.together(hold, work('a')),
    turns.together(hold, work('b')),
    turns.alone(hold, work('c')),
    turns.together(hold, work('d')),
  ];
  expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd']);
  expect(seen).toEqual(['begin', 'a', 'b', 'end', 'begin', 'c', 'end', 'begin', 'd', 'end']);
});

test('a turn that work keeps joining ends all the same, so that another process has one', async () => {
  const { seen, hold } = watched();
  const turns = takingTurns();
  const gates: (() => void)[] = [];
  const slow = () => turns.together(hold, () => new Promise<void>((open) => gates.push(open)));
  let under = slow();
  for (let n = 0; n < 400; n += 1) {
    // The next has joined before the one under way ends.
    const next = slow();
    while (gates.length === 0) await Promise.resolve();
    gates.shift()?.();
    await under;
    under = next;
  }
  while (gates.length === 0) await Promise.resolve();
  gates.shift()?.();
  await under;
  expect(seen.filter((each) => each === 'begin').length).toBeGreaterThan(2);
});

test('work that fails ends its part of the turn, and the next has its own', async () => {
  const { seen, hold, work } = watched();
  const turns = takingTurns();
  const failing = turns.together(hold, async () => {
    throw new RangeError('no');
  });
  const beside = turns.together(hold, work('a'));
  await expect(failing).rejects.toThrow('no');
  expect(await beside).toBe('a');
  expect(await turns.together(hold, work('b'))).toBe('b');
  expect(seen).toEqual(['begin', 'a', 'end', 'begin', 'b', 'end']);
});

test('a turn that cannot begin fails all who share it, and nobody else', async () => {
  const { hold, work } = watched();
  const turns = takingTurns();
  const busy: Hold = async () => {
    throw new RangeError('busy');
  };
  const refused = [turns.together(busy, work('a')), turns.together(busy, work('b'))];
  for (const each of refused) await expect(each).rejects.toThrow('busy');
  expect(await turns.together(hold, work('c'))).toBe('c');
});
