import { expect, test } from 'vitest';
import { memoryIndex, ownedBy, ScriptedWriter } from './scripted-writer.ts';

const POLICY = { e: 'attr:rule/main', a: 'attribute/guarded', v: true };

/** Ada took in what Eve, who began from a clone of hers, had written. */
function met() {
  const [ada, eve] = [new ScriptedWriter('ada'), new ScriptedWriter('eve')];
  const first = ada.write({
    now: 1,
    facts: [
      POLICY,
      { e: 'policy:main', a: 'rule/main', v: 'ask first' },
      { e: 'agent:a', a: 'agent/mood', v: 'calm' },
    ],
  });
  const second = eve.write({
    now: 2,
    parents: [first],
    facts: [
      { e: 'policy:main', a: 'rule/main', v: 'anything goes' },
      { e: 'agent:a', a: 'agent/mood', v: 'bold' },
      { e: 'attr:agent/tag', a: 'attribute/cardinality', v: 'many' },
      { e: 'attr:rule/main', a: 'attribute/guarded', v: false },
    ],
  });
  const third = ada.write({ now: 3, parents: [second], facts: [] });
  return { ada, eve, all: [first, second, third] };
}

test('what unknown writers say is read, but never counts where an attribute is guarded', () => {
  const { ada, all } = met();
  const index = memoryIndex();
  index.trust(() => false);
  index.apply(ownedBy(ada, all));
  const view = index.view({}, 4);
  expect(view.get('agent:a', 'agent/mood')).toBe('bold');
  expect(view.get('policy:main', 'rule/main')).toBe('ask first');
  expect(view.history('policy:main')).toHaveLength(2);
  expect(index.declaration('agent/tag').many).toBe(false);
  expect(index.declaration('rule/main').guarded).toBe(true);
});

test('once a writer is trusted and the index made again, its facts and declarations count', () => {
  const { ada, eve, all } = met();
  const index = memoryIndex();
  index.trust(() => false);
  index.apply(ownedBy(ada, all));
  expect(index.mustReplay()).toBe(false);
  index.trust((writer) => writer === eve.name);
  expect(index.mustReplay()).toBe(true);
  index.replay();
  expect(index.view({}, 4).get('policy:main', 'rule/main')).toBe('anything goes');
  expect(index.declaration('agent/tag').many).toBe(true);
  expect(index.declaration('rule/main').guarded).toBe(false);
});
