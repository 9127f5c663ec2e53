import type { ModelRequest } from './generate.ts';

/**
 * Tokens of a text where nobody counted: a quarter of its UTF-8 bytes, rounded up.
 *
 * @example
 * estimateTokens('abcde'); // => 2
 */
export const estimateTokens = (text: string): number => Math.ceil(Buffer.byteLength(text) / 4);

/** Tokens of a request as it would be sent: texts, calls, results and tools. */
export function requestTokens({ system, messages, tools }: ModelRequest): number {
  const texts = system.map(({ text }) => text);
  const rest = [...messages, ...tools].map((each) => JSON.stringify(each));
  return [...texts, ...rest].reduce((sum, text) => sum + estimateTokens(text), 0);
}
