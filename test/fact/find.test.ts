import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalize, type Json, ref } from '../../src/base/index.ts';
import type { Binding, Database, Fact, Pattern } from '../../src/fact/index.ts';
import { memoryIndex, ownedBy, ScriptedWriter } from './scripted-writer.ts';

const written = (transactions: readonly (readonly Fact[])[]): Database => {
  const ada = new ScriptedWriter('ada');
  transactions.forEach((facts, n) => void ada.write({ now: 10 * (n + 1), facts }));
  const index = memoryIndex();
  index.apply(ownedBy(ada, ada.chain));
  return index.database({}, 0);
};

const TASKS: readonly Fact[] = [
  { e: 'attr:task/state', a: 'attribute/indexed', v: true },
  { e: 'attr:task/due', a: 'attribute/indexed', v: true },
  { e: 'task:1', a: 'task/state', v: 'open' },
  { e: 'task:1', a: 'task/due', v: 5 },
  { e: 'task:1', a: 'task/owner', v: ref('agent:ada') },
  { e: 'task:2', a: 'task/state', v: 'open' },
  { e: 'task:2', a: 'task/due', v: 9 },
  { e: 'task:2', a: 'task/owner', v: ref('agent:ben') },
  { e: 'task:3', a: 'task/state', v: 'done' },
  { e: 'task:3', a: 'task/owner', v: ref('agent:ada') },
  { e: 'agent:ada', a: 'agent/name', v: 'Ada' },
  { e: 'agent:ben', a: 'agent/name', v: 'Ben' },
];

test('patterns join over their variables, by value, by reference and by range', async () => {
  const db = written([TASKS]);
  const task = { var: 'task' };
  const owner = { var: 'owner' };
  expect(
    await db.find([
      { e: task, a: 'task/state', v: 'open' },
      { e: task, a: 'task/owner', v: owner },
      { e: owner, a: 'agent/name', v: { var: 'name' } },
    ]),
  ).toEqual([
    { name: 'Ada', owner: 'agent:ada', task: 'task:1' },
    { name: 'Ben', owner: 'agent:ben', task: 'task:2' },
  ]);
  expect(await db.find([{ e: task, a: 'task/owner', v: ref('agent:ada') }])).toEqual([
    { task: 'task:1' },
    { task: 'task:3' },
  ]);
  expect(await db.find([{ e: task, a: 'task/due', range: { from: 5, below: 9 } }])).toEqual([
    { task: 'task:1' },
  ]);
  expect(await db.find([{ e: task, a: 'task/due', range: { from: 6 }, v: { var: 'd' } }])).toEqual([
    { d: 9, task: 'task:2' },
  ]);
});

test('an earlier point finds what held then, although the values have changed since', async () => {
  const ada = new ScriptedWriter('ada');
  ada.write({ now: 10, facts: TASKS });
  ada.write({ now: 20, facts: [{ e: 'task:1', a: 'task/state', v: 'done' }] });
  const index = memoryIndex();
  index.apply(ownedBy(ada, ada.chain));
  const open = (point: { known?: number; valid?: number }) =>
    index.database(point, 30).find([{ e: { var: 't' }, a: 'task/state', v: 'open' }]);
  expect(await open({})).toEqual([{ t: 'task:2' }]);
  expect(await open({ known: 10 })).toEqual([{ t: 'task:1' }, { t: 'task:2' }]);
  expect(await open({ valid: 19 })).toEqual([{ t: 'task:1' }, { t: 'task:2' }]);
});

test('a pattern that names nothing is refused', async () => {
  const db = written([TASKS]);
  await expect(db.find([{ e: { var: 'x' }, v: { var: 'y' } }])).resolves.toHaveLength(12);
  await expect(db.find([{}])).rejects.toMatchObject({ code: 'fact/pattern-too-wide' });
});

const VALUES: readonly Json[] = [0, 1, 2, 'a', 'b', ref('n:1'), ref('n:2'), 'n:1', true];
const ENTITIES = ['n:1', 'n:2', 'n:3'];
const ATTRIBUTES = ['x/indexed', 'x/plain', 'x/ref', 'x/many'];

const someFacts = fc.array(
  fc.record({
    e: fc.constantFrom(...ENTITIES),
    a: fc.constantFrom(...ATTRIBUTES),
    v: fc.constantFrom(...VALUES),
    op: fc.constantFrom('assert' as const, 'assert' as const, 'retract' as const),
  }),
  { maxLength: 12 },
);

const term = fc.constantFrom({ var: 'p' }, { var: 'q' });
const pattern: fc.Arbitrary<Pattern> = fc.record(
  {
    e: fc.oneof(term, fc.constantFrom(...ENTITIES)),
    a: fc.constantFrom(...ATTRIBUTES),
    v: fc.oneof(term, fc.constantFrom(...VALUES)),
    range: fc.constantFrom({ from: 1 }, { from: 0, below: 2 }, { below: 'b' }),
  },
  { requiredKeys: ['a'] },
);

/** What the patterns mean: try every combination of facts. */
function byBruteForce(
  facts: readonly { e: string; a: string; v: Json }[],
  patterns: readonly Pattern[],
): readonly Binding[] {
  const entityNames = new Set(patterns.flatMap(({ e }) => (typeof e === 'object' ? [e.var] : [])));
  const named = (term: Json | { readonly var: string } | undefined): string | undefined =>
    typeof term === 'object' && term !== null && !Array.isArray(term) && 'var' in term
      ? String(term['var'])
      : undefined;
  let bindings: readonly Binding[] = [{}];
  for (const { a, e, range, v } of patterns) {
    bindings = bindings.flatMap((binding) =>
      facts.flatMap((fact): Binding[] => {
        if (a !== undefined && fact.a !== a) return [];
        if (range !== undefined && !within(fact.v, range)) return [];
        let next: Binding = binding;
        const unify = (name: string | undefined, value: Json, constant: Json | undefined) => {
          if (name === undefined) return constant === undefined || same(constant, value);
          const found = next[name];
          if (found !== undefined) return same(found, value);
          next = { ...next, [name]: value };
          return true;
        };
        if (!unify(named(e), fact.e, named(e) === undefined ? (e as string) : undefined)) return [];
        const name = named(v);
        const value = name !== undefined && entityNames.has(name) ? entityOf(fact.v) : fact.v;
        if (value === undefined) return [];
        return unify(name, value, name === undefined ? (v as Json) : undefined) ? [next] : [];
      }),
    );
  }
  return [...new Set(bindings.map((binding) => canonicalize(binding)))]
    .sort()
    .map((text) => JSON.parse(text) as Binding);
}

const same = (one: Json, other: Json): boolean => canonicalize(one) === canonicalize(other);

const entityOf = (value: Json): Json | undefined => {
  const name =
    typeof value === 'object' && value !== null && '$ref' in value ? value['$ref'] : value;
  return typeof name === 'string' && name.startsWith('n:') ? name : undefined;
};

function within(value: Json, { below, from }: { from?: Json; below?: Json }): boolean {
  if (typeof value !== typeof (from ?? below)) return false;
  if (typeof value !== 'number' && typeof value !== 'string') return false;
  return (
    (from === undefined || value >= (from as typeof value)) &&
    (below === undefined || value < (below as typeof value))
  );
}

const DECLARED: readonly Fact[] = [
  { e: 'attr:x/indexed', a: 'attribute/indexed', v: true },
  { e: 'attr:x/many', a: 'attribute/cardinality', v: 'many' },
];

test('the plan never changes the answer: find equals trying every combination', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(someFacts, { minLength: 1, maxLength: 3 }),
      fc.array(pattern, { minLength: 1, maxLength: 3 }),
      async (transactions, patterns) => {
        const db = written([DECLARED, ...transactions]);
        const facts = await Array.fromAsync(db.datoms());
        expect(await db.find(patterns)).toEqual(byBruteForce(facts, patterns));
      },
    ),
    { numRuns: 300 },
  );
});

test('facts on top answer as if they had been written, and the log never sees them', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(someFacts, { minLength: 1, maxLength: 3 }),
      someFacts,
      fc.array(pattern, { minLength: 1, maxLength: 2 }),
      async (transactions, facts, patterns) => {
        const before = written([DECLARED, ...transactions]);
        const after = written([DECLARED, ...transactions, facts]);
        const speculation = before.with(facts);
        const untouched = await Array.fromAsync(before.datoms());
        for (const e of ENTITIES) {
          expect(await speculation.entity(e)).toEqual(await after.entity(e));
          expect((await speculation.history(e)).length).toBe((await after.history(e)).length);
        }
        expect(await speculation.find(patterns)).toEqual(await after.find(patterns));
        expect((await Array.fromAsync(speculation.datoms())).map(factText).sort()).toEqual(
          (await Array.fromAsync(after.datoms())).map(factText).sort(),
        );
        expect(await Array.fromAsync(before.datoms())).toEqual(untouched);
      },
    ),
    { numRuns: 200 },
  );
});

const factText = ({ a, e, v }: { e: string; a: string; v: Json }): string =>
  canonicalize({ a, e, v });

test('causes name the transaction that made a value and follow its reasons', async () => {
  const ada = new ScriptedWriter('ada');
  const source = ada.write({ now: 1, facts: [{ e: 'run:7', a: 'run/state', v: 'started' }] });
  const middle = ada.write({
    now: 2,
    facts: [{ e: 'n:1', a: 'x/v', v: 1 }],
    why: { run: 'run:7', note: 'n:unknown' },
  });
  const made = ada.write({
    now: 3,
    facts: [{ e: 'n:2', a: 'x/v', v: 2 }],
    why: { source: { tx: middle.id } },
  });
  const index = memoryIndex();
  index.apply(ownedBy(ada, ada.chain));
  const causes = await index.database({}, 0).causes('n:2', 'x/v');
  expect(causes.map(({ id }) => id)).toEqual([made.id, middle.id, source.id]);
  expect(await index.database({}, 0).causes('n:2', 'x/w')).toEqual([]);
});
