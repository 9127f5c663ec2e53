import fc from 'fast-check';

type Leaf = null | boolean | number | string;

/** One change of a JSON value: its n-th scalar, or any n-th part of it, counted around. */
export type Mutation =
  | { readonly kind: 'replace'; readonly nth: number; readonly leaf: Leaf }
  | { readonly kind: 'drop' | 'double'; readonly nth: number };

type Path = readonly string[];

/** Where every scalar of a JSON value is. */
function leaves(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, each]) => leaves(each, [...path, key]));
}

/** Where everything inside a JSON value is. */
function parts(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => {
    const inner = [...path, key];
    return [inner, ...parts(each, inner)];
  });
}

/** A copy in which `change` has made something else of the entry that a path leads to. */
function changed(
  value: unknown,
  [key = '', ...rest]: Path,
  change: (entry: [string, unknown]) => [string, unknown][],
): unknown {
  const entries = Object.entries(value as object).flatMap((entry): [string, unknown][] => {
    if (entry[0] !== key) return [entry];
    return rest.length === 0 ? change(entry) : [[key, changed(entry[1], rest, change)]];
  });
  return Array.isArray(value) ? entries.map(([, each]) => each) : Object.fromEntries(entries);
}

/** A JSON value, not a scalar, with one change; without anything to change it stays as it is. */
export function mutated(value: unknown, mutation: Mutation): unknown {
  const paths = mutation.kind === 'replace' ? leaves(value) : parts(value);
  const path = paths[mutation.nth % paths.length];
  if (path === undefined || path.length === 0) return value;
  return changed(value, path, (entry) => {
    if (mutation.kind === 'replace') return [[entry[0], mutation.leaf]];
    return mutation.kind === 'drop' ? [] : [entry, entry];
  });
}

/** Scalars that are near to right ones and far from them. */
const leaf: fc.Arbitrary<Leaf> = fc.oneof(
  fc.integer({ min: -2, max: 70 }),
  fc.double(),
  fc.constantFrom('7', '2.5', 'NaN', '', '0', 'zz', null, true, 65_536, 4_294_967_296, 2 ** 53 - 1),
);

/** From one to four changes, most of them of scalars. */
export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('replace'), nth: fc.nat(), leaf }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('drop', 'double'), nth: fc.nat() }) },
  ) as fc.Arbitrary<Mutation>,
  { minLength: 1, maxLength: 4 },
);
