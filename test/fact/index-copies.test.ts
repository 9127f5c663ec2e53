import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalize, type Json, ref } from '../../src/base/index.ts';
import { decodeTransaction, type Fact, FactIndex } from '../../src/fact/index.ts';
import { memoryIndex, ownedBy, ScriptedWriter, type Written } from './scripted-writer.ts';

const ENTITIES = ['n:1', 'n:2', 'n:3'];
const VALUES: readonly Json[] = [0, 1, 'a', ref('n:1')];

const steps = fc.array(
  fc.record({
    who: fc.integer({ min: 0, max: 1 }),
    takesIn: fc.boolean(),
    tick: fc.integer({ min: 0, max: 3 }),
    facts: fc.array(
      fc.record({
        e: fc.constantFrom(...ENTITIES),
        a: fc.constantFrom('x/indexed', 'x/ref', 'x/late'),
        v: fc.constantFrom(...VALUES),
        op: fc.constantFrom('assert' as const, 'assert' as const, 'retract' as const),
        validFrom: fc.constantFrom(undefined, undefined, undefined, 5, 40, 'always' as const),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    /** Declares an attribute that may have values already. */
    declares: fc.boolean(),
  }),
  { minLength: 1, maxLength: 12 },
);

const FIRST: Fact = { e: 'attr:x/indexed', a: 'attribute/indexed', v: true };
const LATE: Fact = { e: 'attr:x/late', a: 'attribute/indexed', v: true };

function play(moves: typeof steps extends fc.Arbitrary<infer T> ? T : never): {
  readonly all: readonly Written[];
  readonly ada: ScriptedWriter;
} {
  const [ada, ben] = [new ScriptedWriter('ada'), new ScriptedWriter('ben')];
  const clocks = [10, 11];
  const all: Written[] = [];
  for (const { declares, facts, takesIn, tick, who } of moves) {
    const first = all.length === 0;
    const [writer, other] = who === 0 || first ? [ada, ben] : [ben, ada];
    clocks[who] = (clocks[who] ?? 0) + tick;
    const parents =
      (takesIn || writer.head === undefined) && other.head !== undefined ? [other.head] : [];
    const stated: Fact[] = facts.map(({ validFrom, ...fact }) =>
      // One attribute stays plain, so that the shortest way of writing is taken too.
      validFrom === undefined || fact.a === 'x/indexed' ? fact : { ...fact, validFrom },
    );
    const own = [...(first ? [FIRST] : []), ...(declares ? [LATE] : []), ...stated];
    all.push(writer.write({ now: clocks[who] ?? 0, facts: own, parents }));
  }
  return { ada, all };
}

test('looking a value up finds exactly the entities that hold it, at every point of both times', () => {
  fc.assert(
    fc.property(steps, (moves) => {
      const { ada, all } = play(moves);
      const index = memoryIndex();
      index.apply(ownedBy(ada, all));
      const times = [...new Set(all.flatMap(({ at }) => [at - 1, at, at + 1]))];
      const ids = all.map(({ id }) => id).filter((id) => index.chains.isKnown(id));
      for (const known of [...times, ...ids, undefined]) {
        for (const valid of [...times, 3, 6, 50]) {
          const view = index.view({ valid, ...(known === undefined ? {} : { known }) }, 0);
          for (const a of ['x/indexed', 'x/ref', 'x/late']) {
            for (const value of VALUES) {
              const found = view.entitiesHolding(a, value);
              if (found === undefined) continue;
              const holding = ENTITIES.filter((e) => {
                const held = view.get(e, a);
                return held !== undefined && canonicalize(held) === canonicalize(value);
              });
              expect([known, valid, a, value, [...found].sort()]).toEqual([
                known,
                valid,
                a,
                value,
                holding,
              ]);
            }
          }
        }
      }
    }),
    { numRuns: 50 },
  );
});

test('a second connection sees what the first has written, after a refresh', () => {
  const folder = mkdtempSync(join(tmpdir(), 'datum-index-'));
  try {
    const open = () => {
      const db = new DatabaseSync(join(folder, 'local.sqlite'));
      db.exec('pragma journal_mode = wal');
      return new FactIndex(db, { decode: (bytes) => decodeTransaction(bytes) });
    };
    const [one, other] = [open(), open()];
    const ada = new ScriptedWriter('ada');
    const write = (facts: readonly Fact[], into: FactIndex) => {
      into.refresh();
      into.apply(ownedBy(ada, [ada.write({ now: 10 * (ada.chain.length + 1), facts })]));
    };
    const get = (from: FactIndex, a: string) => {
      from.refresh();
      return from.view({}, 0).get('n:1', a);
    };
    write([{ e: 'n:1', a: 'x/v', v: 'first' }], one);
    expect(get(other, 'x/v')).toBe('first');
    write([{ e: 'n:2', a: 'x/w', v: 1 }], other);
    write([{ e: 'n:1', a: 'x/w', v: 2, validFrom: 'always' }], one);
    write([{ e: 'n:1', a: 'x/w', v: 3, validFrom: 5, validTo: 9 }], other);
    for (const index of [one, other]) {
      expect(get(index, 'x/w')).toBe(2);
      expect(index.view({ valid: 7 }, 0).get('n:1', 'x/w')).toBe(3);
    }
    one.replay();
    write([{ e: 'n:0', a: 'x/z', v: 1 }], one);
    write([{ e: 'n:1', a: 'x/z', v: 4 }], other);
    for (const index of [one, other]) expect(get(index, 'x/z')).toBe(4);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('an undone transaction leaves nothing behind once the index has forgotten it', () => {
  const db = new DatabaseSync(':memory:');
  const index = new FactIndex(db, { decode: (bytes) => decodeTransaction(bytes) });
  const ada = new ScriptedWriter('ada');
  const [first, second] = [
    ada.write({ now: 1, facts: [{ e: 'n:1', a: 'x/v', v: 1 }] }),
    ada.write({ now: 2, facts: [{ e: 'n:2', a: 'x/w', v: 2, validFrom: 'always' }] }),
  ];
  index.apply(ownedBy(ada, [first]));
  db.exec('begin');
  index.apply(ownedBy(ada, [second]));
  db.exec('rollback');
  index.forget();
  expect(index.chains.known()).toBe(first.id);
  expect(index.view({}, 5).get('n:2', 'x/w')).toBe(undefined);
  index.apply(ownedBy(ada, [second]));
  expect(index.view({}, 5).get('n:2', 'x/w')).toBe(2);
});
