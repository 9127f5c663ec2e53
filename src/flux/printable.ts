const UNSAFE = /(?![\n\t])\p{Cc}/gu;

/**
 * Text of others as a terminal may show it: control characters but line feed and tab as `\xNN`, so
 * that no program and no file moves the cursor of who reads about it.
 *
 * @example
 * printable('a\x1b[2J'); // => 'a\\x1b[2J'
 */
export function printable(text: string): string {
  const escaped = (each: string) => `\\x${each.charCodeAt(0).toString(16).padStart(2, '0')}`;
  return text.replace(UNSAFE, escaped);
}
