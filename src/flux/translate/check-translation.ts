import { seededRandom } from '../../base/index.ts';
import { type Comparison, type ComparisonStart, compareTranslation } from './translate.ts';
import type { Translation } from './translation.ts';

/** Runs of a program and its translation from several starts, and whether all agree. */
export interface TranslationCheck {
  /** `UNFINISHED` when the step limit ended a run from the start that was asked for. */
  readonly verdict: 'AGREE' | 'DIFFER' | 'UNFINISHED';
  /** The run from the start that was asked for. */
  readonly given: Comparison;
  /** How many starts were compared to the end, the given one among them. */
  readonly compared: number;
  readonly differences: readonly string[];
}

const FURTHER_STARTS = 8;
/** Registers that further starts fill. */
const REGISTERS = 16;
const EDGES = [0, 1, -1, 2 ** 31 - 1, -(2 ** 31)];

/** Runs both programs from a start, and from others of the same shape, always the same ones. */
export function checkTranslation(
  translation: Translation,
  start: ComparisonStart = {},
): TranslationCheck {
  const given = compareTranslation(translation, start);
  const isFinished = !given.isCut;
  const further = isFinished ? furtherStarts(translation, start) : [];
  const all = [given, ...further.map((each) => compareTranslation(translation, each))];
  const differences = [...new Set(all.flatMap((each) => each.differences))];
  const verdict = differences.length > 0 ? 'DIFFER' : isFinished ? 'AGREE' : 'UNFINISHED';
  return { verdict, given, compared: all.filter(({ isCut }) => !isCut).length, differences };
}

/** Starts with other values: small ones, large ones and the edges of 32 bits. */
function furtherStarts(
  { from, initialDepth }: Translation,
  start: ComparisonStart,
): readonly ComparisonStart[] {
  const count = from === 'stack' ? initialDepth : REGISTERS;
  if (count === 0) return [];
  const random = seededRandom('flux translation');
  return Array.from({ length: FURTHER_STARTS }, () => {
    const values = Array.from({ length: count }, () => numberOf(random.bytes(5)));
    return { ...start, ...(from === 'stack' ? { stack: values } : { registers: values }) };
  });
}

function numberOf(bytes: Uint8Array): number {
  const [choice = 0] = bytes;
  const value = Buffer.from(bytes).readInt32LE(1);
  if (choice < 128) return value % 100;
  return choice < 192 ? value : (EDGES[choice % EDGES.length] ?? 0);
}
