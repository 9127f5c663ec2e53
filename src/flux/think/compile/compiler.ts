import { FluxError } from '../../error.ts';
import { type Meaning, type Operation, printMeaning } from '../meaning.ts';
import type { Expression } from '../program/syntax.ts';
import { literalValue } from './arithmetic.ts';
import { Compilation } from './compilation.ts';
import type { Quantity, Value } from './value.ts';

/** A list that is walked rather than stored. */
export interface Listing {
  /** Bound on how many items there are. */
  readonly count: number;
  /** Bound on their magnitude, as in `Value`. */
  readonly size: number;
  /**
   * Adds the loop with `body` for each item, possibly more than once; `leave` ends the loop. The
   * item may be used only inside the body.
   */
  readonly each: (body: (item: Value) => void) => void;
}

/** Compiles the operands of one operation and adds to the compilation what computes it. */
export type NumberOperation = (c: Compiler, operands: readonly Meaning[]) => Quantity;
export type ListOperation = (c: Compiler, operands: readonly Meaning[]) => Listing;
/** Answers an expression that is 1 or 0. */
export type TruthOperation = (c: Compiler, operands: readonly Meaning[]) => Expression;

export interface Operations {
  readonly numbers: Readonly<Record<string, NumberOperation>>;
  readonly lists: Readonly<Record<string, ListOperation>>;
  readonly truths: Readonly<Record<string, TruthOperation>>;
}

/** A compilation that knows the operations, and so compiles meanings. */
export class Compiler extends Compilation {
  readonly #operations: Operations;

  constructor(operations: Operations) {
    super();
    this.#operations = operations;
  }

  number(meaning: Meaning): Quantity {
    if (meaning.kind === 'literal') {
      const numerator = literalValue(this, meaning.numerator);
      if (meaning.denominator === 1n) return { numerator };
      return { numerator, denominator: literalValue(this, meaning.denominator) };
    }
    return named(this.#operations.numbers, meaning)(this, meaning.operands);
  }

  list(meaning: Operation): Listing {
    return named(this.#operations.lists, meaning)(this, meaning.operands);
  }

  truth(meaning: Operation): Expression {
    return named(this.#operations.truths, meaning)(this, meaning.operands);
  }

  kindOf(meaning: Meaning): 'number' | 'list' | 'truth' {
    if (meaning.kind === 'literal') return 'number';
    if (Object.hasOwn(this.#operations.lists, meaning.name)) return 'list';
    return Object.hasOwn(this.#operations.truths, meaning.name) ? 'truth' : 'number';
  }
}

function named<T>(table: Readonly<Record<string, T>>, meaning: Operation): T {
  const operation = Object.hasOwn(table, meaning.name) ? table[meaning.name] : undefined;
  if (operation === undefined) throw misplaced(meaning);
  return operation;
}

const misplaced = (meaning: Operation): FluxError =>
  new FluxError({
    code: 'flux/think-misplaced',
    message: `${printMeaning(meaning)} cannot stand there`,
    hint: 'Put a number where a number belongs, and a list where a list does.',
  });

/** The operand at a place; the grammar builds each operation with all of them. */
export function operand(operands: readonly Meaning[], index = 0): Meaning {
  const meaning = operands[index];
  if (meaning === undefined) {
    throw new FluxError({
      code: 'flux/think-operands',
      message: `operand ${index + 1} is missing`,
      hint: 'Give the operation all its operands.',
    });
  }
  return meaning;
}

/** The operand at a place when it is a list. */
export function listOperand(operands: readonly Meaning[], index = 0): Operation {
  const meaning = operand(operands, index);
  if (meaning.kind === 'literal') throw misplaced({ ...literalOperation, operands: [meaning] });
  return meaning;
}

const literalOperation: Operation = { kind: 'operation', name: 'items', operands: [] };
