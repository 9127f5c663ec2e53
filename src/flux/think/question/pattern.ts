import type { Meaning } from '../meaning.ts';

/** What may fill a slot of a pattern. */
export type SlotKind = 'number' | 'sum' | 'list' | 'nth' | 'sequence';

export type PatternPart =
  | { readonly kind: 'words'; readonly words: readonly string[]; readonly optional: boolean }
  | { readonly kind: 'slot'; readonly name: string; readonly slot: SlotKind };

/** Reads the meaning that fills a slot of the pattern that matched. */
export type Slots = (name: string) => Meaning;

/**
 * A way of asking, written as words, `either/or`, `perhaps?`, and slots: `{n}` a number that binds
 * tightly, `{n:sum}` one with sums and products, `{l:list}`, `{k:nth}` an ordinal, `{s:sequence}`.
 */
export interface Form {
  readonly patterns: readonly (readonly PatternPart[])[];
  readonly example: string;
  readonly build: (slots: Slots) => Meaning;
}

/** Builds a form; `example` is a question that it answers. */
export function form(
  patterns: string | readonly string[],
  example: string,
  build: (slots: Slots) => Meaning,
): Form {
  const texts = typeof patterns === 'string' ? [patterns] : patterns;
  return Object.freeze({ patterns: texts.map(parsePattern), example, build });
}

const parsePattern = (text: string): readonly PatternPart[] =>
  text.split(' ').map((part): PatternPart => {
    const slot = /^\{(\w+)(?::(\w+))?\}$/.exec(part);
    if (slot?.[1] !== undefined) {
      return { kind: 'slot', name: slot[1], slot: (slot[2] ?? 'number') as SlotKind };
    }
    const optional = part.endsWith('?');
    const words = (optional ? part.slice(0, -1) : part).split('/');
    return { kind: 'words', words: words.map((word) => (word === '' ? '/' : word)), optional };
  });
