import { wideProcedures } from '../library/wides.ts';
import { wordProcedures } from '../library/words.ts';
import type { Meaning } from '../meaning.ts';
import { reachable } from '../program/reach.ts';
import { emit, type Program } from '../program/syntax.ts';
import { Compiler } from './compiler.ts';
import { operations } from './operations.ts';
import { reduced } from './quantities.ts';
import type { Value } from './value.ts';

/** How the words a program emits are read as its answer. */
export type Shape =
  | { readonly kind: 'truth' }
  | {
      readonly kind: 'number';
      readonly numerator: Value['width'];
      readonly denominator?: Value['width'];
    }
  | { readonly kind: 'list'; readonly items: Value['width'] }
  /** Digits that are one number in another base. */
  | { readonly kind: 'numeral' };

export interface CompiledMeaning {
  readonly program: Program;
  readonly shape: Shape;
}

const library = new Map(
  [...wordProcedures, ...wideProcedures].map((procedure) => [procedure.name, procedure]),
);

/** Compiles a meaning to the intermediate program that computes it. Refuses what is above a limit. */
export function compileMeaning(meaning: Meaning): CompiledMeaning {
  const compiler = new Compiler(operations);
  const shape = emitMeaning(compiler, meaning);
  const { body, blockBytes } = compiler;
  return { program: { main: body, procedures: reachable(body, library), blockBytes }, shape };
}

function emitMeaning(c: Compiler, meaning: Meaning): Shape {
  const kind = c.kindOf(meaning);
  if (meaning.kind === 'operation' && kind === 'truth') {
    c.add(emit(c.truth(meaning)));
    return { kind: 'truth' };
  }
  if (meaning.kind === 'operation' && kind === 'list') {
    let items: Value['width'] = 'word';
    c.list(meaning).each((item) => {
      items = item.width;
      emitValue(c, item);
    });
    return meaning.name === 'in-base' ? { kind: 'numeral' } : { kind: 'list', items };
  }
  const { numerator, denominator } = reduced(c, c.number(meaning));
  emitValue(c, numerator);
  if (denominator === undefined) return { kind: 'number', numerator: numerator.width };
  emitValue(c, denominator);
  return { kind: 'number', numerator: numerator.width, denominator: denominator.width };
}

function emitValue(c: Compiler, { width, expression }: Value): void {
  if (width === 'word') c.add(emit(expression));
  else c.perform('wide_emit', expression);
}
