import { expect, test } from 'vitest';
import { entityOf } from '../../src/fact/reading/view-database.ts';
import { memoryIndex, ownedBy, ScriptedWriter } from './scripted-writer.ts';

test('the newest fact known and begun decides, and everything before it stays readable', () => {
  const ada = new ScriptedWriter('ada');
  const index = memoryIndex();
  ada.write({ now: 10, facts: [{ e: 'agent:harbor', a: 'agent/mood', v: 'calm' }] });
  ada.write({ now: 20, facts: [{ e: 'agent:harbor', a: 'agent/mood', v: 'brisk' }] });
  ada.write({ now: 30, facts: [{ e: 'agent:harbor', a: 'agent/mood', op: 'retract' }] });
  index.apply(ownedBy(ada, ada.chain));
  const mood = (known: number, valid: number) =>
    index.view({ known, valid }, 0).get('agent:harbor', 'agent/mood');
  expect(mood(30, 30)).toBe(undefined);
  expect(mood(30, 29)).toBe('brisk');
  expect(mood(25, 30)).toBe('brisk');
  expect(mood(30, 10)).toBe('calm');
  expect(mood(30, 9)).toBe(undefined);
  expect(
    index
      .view({}, 0)
      .history('agent:harbor')
      .map(({ v, op }) => [v, op]),
  ).toEqual([
    ['calm', 'assert'],
    ['brisk', 'assert'],
    [null, 'retract'],
  ]);
});

test('values keep their type: 1, true, "1", null and nested data differ', () => {
  const ada = new ScriptedWriter('ada');
  const index = memoryIndex();
  const values = [1, true, '1', null, { b: [1, null], a: 'ü\0' }, -0.5, ''];
  ada.write({ now: 1, facts: values.map((v, n) => ({ e: `n:${n}`, a: 'x/v', v })) });
  index.apply(ownedBy(ada, ada.chain));
  const view = index.view({}, 0);
  expect(values.map((_, n) => view.get(`n:${n}`, 'x/v'))).toEqual(values);
});

test('an attribute declared many holds several values, each with its own history', () => {
  const ada = new ScriptedWriter('ada');
  const index = memoryIndex();
  ada.write({
    now: 1,
    facts: [
      { e: 'attr:task/tag', a: 'attribute/cardinality', v: 'many' },
      { e: 'task:1', a: 'task/tag', v: 'red' },
      { e: 'task:1', a: 'task/tag', v: 'blue' },
    ],
  });
  ada.write({ now: 2, facts: [{ e: 'task:1', a: 'task/tag', v: 'red', op: 'retract' }] });
  index.apply(ownedBy(ada, ada.chain));
  expect(index.view({ known: 1, valid: 1 }, 0).get('task:1', 'task/tag')).toEqual(['blue', 'red']);
  expect(entityOf(index.view({}, 0), 'task:1')).toEqual({ 'task/tag': ['blue'] });
  expect(index.declaration('task/tag').many).toBe(true);
});

test('only facts that change something are kept of a new transaction', () => {
  const ada = new ScriptedWriter('ada');
  const index = memoryIndex();
  ada.write({ now: 1, facts: [{ e: 'n:1', a: 'x/v', v: 'one' }] });
  index.apply(ownedBy(ada, ada.chain));
  const facts = [
    { e: 'n:1', a: 'x/v', v: 'one' },
    { e: 'n:2', a: 'x/v', v: 'two' },
    { e: 'n:2', a: 'x/v', v: 'three' },
    { e: 'n:3', a: 'x/v', op: 'retract' },
    { e: 'n:1', a: 'x/v', v: 'one', validFrom: 'always' },
  ] as const;
  expect(index.changing(facts.slice(0, 4), { at: 2 })).toEqual([facts[2]]);
  expect(index.changing([facts[4]], { at: 2 })).toEqual([facts[4]]);
});

test('a value of a unique attribute names its holder', () => {
  const ada = new ScriptedWriter('ada');
  const index = memoryIndex();
  ada.write({
    now: 1,
    facts: [
      { e: 'attr:agent/name', a: 'attribute/unique', v: true },
      { e: 'agent:a', a: 'agent/name', v: 'Ada' },
    ],
  });
  index.apply(ownedBy(ada, ada.chain));
  expect(index.holder('agent/name', 'Ada', { at: 2, except: 'agent:b' })).toBe('agent:a');
  expect(index.holder('agent/name', 'Ada', { at: 2, except: 'agent:a' })).toBe(undefined);
  ada.write({ now: 3, facts: [{ e: 'agent:a', a: 'agent/name', v: 'Eve' }] });
  index.apply(ownedBy(ada, ada.chain.slice(1)));
  expect(index.holder('agent/name', 'Ada', { at: 4, except: 'agent:b' })).toBe(undefined);
  expect(index.holder('agent/name', 'Ada', { at: 2, except: 'agent:b' })).toBe('agent:a');
});
