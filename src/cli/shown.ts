import type { Sink } from './world.ts';

/** The colours that datum itself paints with: they hide nothing and move nothing. */
const PAINT = String.raw`\x1b\[(?:0|1|2|22|3[1-6]|39|90)m`;
/** Controls but line ends and tabs, and what turns the direction of writing. */
const STEERING = String.raw`(?!\r?\n|\t)\p{Cc}|[\u202a-\u202e\u2066-\u2069]`;
const STEERED = new RegExp(`(?<paint>${PAINT})|${STEERING}`, 'gu');

/**
 * Text as a sink may show it: on a terminal, what files, models and other people wrote steers nothing,
 * and is seen as `\uNNNN`, which is JSON as well; elsewhere every byte is kept.
 */
export const shownOn = ({ isTerminal }: Pick<Sink, 'isTerminal'>, text: string): string =>
  isTerminal
    ? text.replace(STEERED, (found, paint: string | undefined) => paint ?? visible(found))
    : text;

/** A text that stays on the line it is put on. */
export const onOneLine = (text: string): string => text.replace(/[\r\n\u2028\u2029]/g, visible);

const visible = (sign: string): string => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
