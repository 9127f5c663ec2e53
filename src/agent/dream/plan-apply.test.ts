import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256 } from '../../base/index.ts';
import type { DreamChange } from '../../folder/index.ts';
import { type LiveFile, planApply } from './plan-apply.ts';

const FILES = ['a', 'b', 'c', 'd', 'e', 'f'] as const;
const text = fc.option(fc.constantFrom('1', '2', '3'), { nil: undefined });
const memory = fc.record(Object.fromEntries(FILES.map((file) => [file, text])));

const live = (of: Readonly<Record<string, string | undefined>>) => (file: string) => {
  const found = of[file];
  return found === undefined
    ? undefined
    : ({ text: found, hash: sha256(found) } satisfies LiveFile);
};

const changes = fc.array(
  fc.record({
    kind: fc.constant('merge' as const),
    files: fc.uniqueArray(fc.constantFrom(...FILES), { minLength: 1, maxLength: 3 }),
    reason: fc.constant(''),
  }),
  { maxLength: 5 },
);

/** The memory after an apply. */
function after(
  now: Readonly<Record<string, string | undefined>>,
  files: readonly { readonly file: string; readonly text: string }[],
): Readonly<Record<string, string | undefined>> {
  return { ...now, ...Object.fromEntries(files.map(({ file, text: to }) => [file, to])) };
}

test('whatever was changed since stays, a change is taken over whole or not at all', () => {
  fc.assert(
    fc.property(changes, memory, memory, memory, (list: DreamChange[], base, staged, now) => {
      const hashes = Object.fromEntries(
        FILES.map((file) => [file, live(base)(file)?.hash ?? null]),
      );
      const manifest = { changes: list, base: hashes };
      const plan = planApply({ manifest, staged: (file) => staged[file], live: live(now) });
      const result = after(now, plan.files);
      const taken = new Set(plan.applied.flatMap(({ files }) => files));
      for (const file of FILES) {
        if (now[file] !== base[file]) expect(taken.has(file)).toBe(false);
        expect(result[file]).toBe(taken.has(file) ? staged[file] : now[file]);
      }
      expect(plan.applied.length + plan.leftOut.length).toBe(list.length);
      expect(plan.files).toHaveLength(taken.size);
    }),
  );
});

test('with a memory as it was, every change that touches no file of another is taken over', () => {
  fc.assert(
    fc.property(changes, memory, (list: DreamChange[], base) => {
      const hashes = Object.fromEntries(
        FILES.map((file) => [file, live(base)(file)?.hash ?? null]),
      );
      const manifest = { changes: list, base: hashes };
      const plan = planApply({ manifest, staged: () => 'new', live: live(base) });
      for (const { why } of plan.leftOut) expect(why).toContain('another change touches');
      if (list.length > 0) expect(plan.applied[0]).toBe(list[0]);
    }),
  );
});

test('a file the manifest says nothing of is not taken over', () => {
  const manifest = { changes: [{ kind: 'stale', files: ['a'], reason: '' }] as const, base: {} };
  const plan = planApply({ manifest, staged: () => 'x', live: () => undefined });
  expect(plan.leftOut[0]?.why).toBe('the manifest does not say what a was');
});
