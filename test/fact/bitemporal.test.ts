import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalize, type Json } from '../../src/base/index.ts';
import type { Fact, FactIndex } from '../../src/fact/index.ts';
import { NaiveModel } from './naive-model.ts';
import { memoryIndex, ownedBy, ScriptedWriter, type Written } from './scripted-writer.ts';

const ENTITIES = ['n:1', 'n:2'];
const ATTRIBUTES = ['x/plain', 'x/timed', 'x/many'];

/** Facts that begin at their own time and stay open, on one attribute in three, and any on the others. */
const facts = fc.array(
  fc
    .record({
      e: fc.constantFrom(...ENTITIES),
      a: fc.constantFrom(...ATTRIBUTES),
      v: fc.constantFrom<Json>(0, 1, '1', true),
      retract: fc.boolean(),
      from: fc.option(fc.oneof(fc.integer({ min: 0, max: 60 }), fc.constant('always' as const)), {
        nil: undefined,
      }),
      length: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
    })
    .map(({ a, e, from, length, retract, v }): Fact => {
      const op = retract ? ({ op: 'retract' } as const) : {};
      if (a === 'x/plain' || from === undefined) return { e, a, v, ...op };
      const end = from === 'always' || length === undefined ? {} : { validTo: from + length };
      return { e, a, v, ...op, validFrom: from, ...end };
    }),
  { minLength: 1, maxLength: 3 },
);

/** One step of a history of several copies: one writes, having taken in some of the others or none. */
const steps = fc.array(
  fc.record({
    who: fc.integer({ min: 0, max: 2 }),
    takesIn: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    /** Clocks differ and may stand still. */
    tick: fc.integer({ min: 0, max: 4 }),
    branch: fc.option(fc.constantFrom('try'), { nil: undefined, freq: 5 }),
    facts,
  }),
  { minLength: 1, maxLength: 14 },
);

const MANY: Fact = { e: 'attr:x/many', a: 'attribute/cardinality', v: 'many' };

/** The transactions of a random history in the order they were written. */
function play(moves: readonly Step[]): Played {
  const writers = ['ada', 'ben', 'cyd'].map((name) => new ScriptedWriter(name));
  const all: Written[] = [];
  const clocks = [10, 12, 8];
  for (const { branch, facts: stated, takesIn, tick, who } of moves) {
    const writer = writers[who] as ScriptedWriter;
    const isFirst = all.length === 0;
    clocks[who] = (clocks[who] ?? 0) + tick;
    // Every copy is a clone of the first home, so a writer begins from some other's head.
    const seen = writers.filter((other, n) => other !== writer && (takesIn[n] ?? false));
    const parents = seen.flatMap(({ head }) => head ?? []);
    const origin =
      !isFirst && writer.head === undefined && parents.length === 0 ? all[0] : undefined;
    all.push(
      writer.write({
        now: clocks[who] ?? 0,
        facts: isFirst ? [MANY, ...stated] : stated,
        parents: origin === undefined ? parents : [origin],
        ...(branch === undefined || isFirst ? {} : { branch: `${branch}-${who}` }),
      }),
    );
  }
  return { all, writers };
}

interface Step {
  readonly who: number;
  readonly takesIn: readonly boolean[];
  readonly tick: number;
  readonly branch: string | undefined;
  readonly facts: readonly Fact[];
}
interface Played {
  readonly all: readonly Written[];
  readonly writers: readonly ScriptedWriter[];
}

const sorted = (value: Json | undefined): string | undefined => {
  if (value === undefined) return undefined;
  return Array.isArray(value)
    ? canonicalize([...value].map((item: Json) => canonicalize(item)).sort())
    : canonicalize(value);
};

function expectSameAnswers(
  index: FactIndex,
  model: NaiveModel,
  {
    all,
    branches,
    known,
  }: {
    all: readonly Written[];
    branches: readonly string[];
    known: readonly (string | number | undefined)[];
  },
): void {
  const latest = Math.max(...all.map(({ at }) => at)) + 2;
  for (const at of known) {
    for (let valid = 0; valid <= latest; valid += 1) {
      for (const branch of [undefined, ...branches]) {
        const point = {
          ...(at === undefined ? {} : { known: at }),
          ...(branch === undefined ? {} : { branch }),
          valid,
        };
        const view = index.view(point, 0);
        for (const e of ENTITIES) {
          for (const a of ATTRIBUTES) {
            const expected = sorted(model.get(e, a, point));
            const found = sorted(view.get(e, a));
            if (found !== expected) expect([point, e, a, found]).toEqual([point, e, a, expected]);
          }
        }
      }
    }
    for (const e of ENTITIES) {
      const point = { ...(at === undefined ? {} : { known: at }), valid: latest };
      const history = index.view(point, 0).history(e);
      expect(history.map(({ position, tx }) => `${tx} ${position}`)).toEqual(
        model.history(e, point),
      );
    }
  }
}

const times = (all: readonly Written[]): readonly number[] => {
  const latest = Math.max(...all.map(({ at }) => at)) + 1;
  return Array.from({ length: latest + 1 }, (_, time) => time);
};

test('one writer: every pair of known and valid answers as the rule says', () => {
  fc.assert(
    fc.property(steps, (moves) => {
      const { all, writers } = play(moves.map((move) => ({ ...move, who: 0 })));
      const index = memoryIndex();
      index.apply(ownedBy(writers[0], all));
      const model = new NaiveModel(all, writers[0]?.name);
      const known = [undefined, ...times(all), ...all.map(({ id }) => id)];
      expectSameAnswers(index, model, { all, branches: ['try-0'], known });
    }),
    { numRuns: 60 },
  );
});

test('three copies with skewed clocks: each answers as the rule says over what it knows', () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 0, max: 2 }), (moves, who) => {
      const { all, writers } = play(moves);
      const own = writers[who] as ScriptedWriter;
      const index = memoryIndex();
      for (const transaction of all) index.apply(ownedBy(own, [transaction]));
      if (own.head === undefined) index.settle();
      const model = new NaiveModel(all, own.name);
      const ids = all.map(({ id }) => id).filter((id) => index.chains.isKnown(id));
      const known = [undefined, ...times(all), ...ids];
      expectSameAnswers(index, model, { all, branches: [], known });
    }),
    { numRuns: 60 },
  );
});

test('what was known at a time is answered the same after any take-in', () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 0, max: 2 }), (moves, who) => {
      const { all, writers } = play(moves);
      const own = writers[who] as ScriptedWriter;
      const index = memoryIndex();
      const answers = new Map<string, string | undefined>();
      for (const transaction of all) {
        index.apply(ownedBy(own, [transaction]));
        const id = index.chains.known();
        const head = id === undefined ? undefined : index.chains.locate(id);
        if (head?.writer !== own.name) continue;
        for (let known = 0; known <= head.at; known += 1) {
          for (let valid = 0; valid <= head.at + 2; valid += 3) {
            for (const e of ENTITIES) {
              for (const a of ATTRIBUTES) {
                const key = [known, valid, e, a].join();
                const answer = sorted(index.view({ known, valid }, 0).get(e, a));
                if (answers.has(key)) expect([key, answer]).toEqual([key, answers.get(key)]);
                answers.set(key, answer);
              }
            }
          }
        }
      }
    }),
    { numRuns: 40 },
  );
});

test('transactions of one and the same time lose nothing, in whatever order they come', () => {
  const three = fc.tuple(facts, facts, facts);
  const order = fc.shuffledSubarray([0, 1, 2], { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(three, order, (stated, arriving) => {
      const [ada, ben, cyd] = ['ada', 'ben', 'cyd'].map((name) => new ScriptedWriter(name));
      const writers = [ada, ben, cyd] as ScriptedWriter[];
      const first = (ada as ScriptedWriter).write({ now: 1, facts: [MANY] });
      const equal = writers.map((writer, n) =>
        writer.write({ now: 10, facts: stated[n] ?? [], parents: [first] }),
      );
      expect(new Set(equal.map(({ at }) => at))).toEqual(new Set([10]));
      const takenIn = (ada as ScriptedWriter).write({ now: 10, facts: [], parents: equal });
      const index = memoryIndex();
      const all = [first, ...arriving.map((n) => equal[n] as Written), takenIn];
      for (const transaction of all) index.apply(ownedBy(ada, [transaction]));
      const model = new NaiveModel(all, ada?.name);
      const known = [undefined, ...times(all), ...all.map(({ id }) => id)];
      expectSameAnswers(index, model, { all, branches: [], known });
      const read = ENTITIES.flatMap((e) => index.view({ valid: 60 }, 0).history(e));
      expect(read).toHaveLength(stated.flat().length);
    }),
    { numRuns: 60 },
  );
});

test('an index made again, in one go or with clones settled on the way, answers alike', () => {
  fc.assert(
    fc.property(steps, fc.array(fc.boolean(), { maxLength: 14 }), (moves, pauses) => {
      const { all, writers } = play(moves);
      const own = writers[2] as ScriptedWriter;
      const stepwise = memoryIndex();
      all.forEach((transaction, n) => {
        stepwise.apply(ownedBy(own, [transaction]));
        if (pauses[n] === true) stepwise.settle();
      });
      stepwise.settle();
      const model = new NaiveModel(all, own.name);
      const known = [undefined, ...times(all)];
      expectSameAnswers(stepwise, model, { all, branches: [], known });
      stepwise.replay();
      expectSameAnswers(stepwise, model, { all, branches: [], known });
    }),
    { numRuns: 40 },
  );
});
