/** Keys and list positions from the root of a value. */
export type SpecPath = readonly (string | number)[];

/**
 * The absolute path in text. A key that could itself be a secret (long, or with digits or unusual
 * characters) is shown by its length only, for keys of free maps are values too.
 *
 * @example
 * printPath([]); // => 'the value'
 * printPath(['messages', 0, 'role']); // => '$.messages[0].role'
 * printPath(['sk-live-4242']); // => '$[a key of 12 characters]'
 */
export function printPath(path: SpecPath): string {
  if (path.length === 0) return 'the value';
  let text = '$';
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`;
    else if (isPlainKey(key)) text += `.${key}`;
    else text += `[a key of ${key.length} characters]`;
  }
  return text;
}

const isPlainKey = (key: string): boolean => /^[A-Za-z_$][A-Za-z_$-]{0,39}[0-9]?$/.test(key);

/** A rule's own message, unless its author put a part of the value into it. */
export function safeText(message: string, root: unknown): string {
  const line = message.replace(/\s+/g, ' ').trim();
  return line === '' || leavesOf(root).some((leaf) => line.includes(leaf))
    ? 'it breaks a rule'
    : line;
}

const LEAF_LENGTH_MIN = 4;

function leavesOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.length < LEAF_LENGTH_MIN ? [] : [value];
  if (typeof value === 'number' || typeof value === 'bigint') return leavesOf(String(value));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [
    ...(isPlainKey(key) ? [] : leavesOf(key)),
    ...leavesOf(item),
  ]);
}
