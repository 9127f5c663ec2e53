import fc from 'fast-check';

export type Leaf = null | boolean | number | string;

/** Where every scalar of a JSON value is. */
function leaves(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, each]) => leaves(each, [...path, key]));
}

function replaced(value: unknown, [key, ...rest]: readonly string[], leaf: Leaf): unknown {
  if (key === undefined) return leaf;
  const copy: Record<string, unknown> = { ...(value as object) };
  copy[key] = replaced(copy[key], rest, leaf);
  return Array.isArray(value) ? Object.values(copy) : copy;
}

/** A JSON value with its n-th scalar, counted around, replaced. */
export function mutated(value: unknown, nth: number, leaf: Leaf): unknown {
  const paths = leaves(value);
  return replaced(value, paths[nth % paths.length]!, leaf);
}

/** Scalars that are near to right ones and far from them. */
export const leaf: fc.Arbitrary<Leaf> = fc.oneof(
  fc.integer({ min: -2, max: 70 }),
  fc.double(),
  fc.constantFrom('7', '2.5', 'NaN', '', '0', 'zz', null, true, 65_536, 4_294_967_296),
);
