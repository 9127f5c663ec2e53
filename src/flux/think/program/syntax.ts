/**
 * The intermediate program of `think`: structured procedures over one type, the i32 word. A
 * question becomes such a program, which each machine then lowers in its own way.
 */

export type BinaryOperator =
  | '+'
  | '-'
  | '*'
  /** Truncates toward zero; zero divides with the trap of the machine. */
  | '/'
  /** Sign of the divisor. */
  | '%'
  | '&'
  | '|'
  | '^'
  | '<<'
  | '>>'
  | '=='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>=';

export type Expression =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'variable'; readonly name: string }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  /** The word at byte address `base + 4 * index`. */
  | { readonly kind: 'word'; readonly base: Expression; readonly index: Expression }
  | {
      readonly kind: 'call';
      readonly procedure: string;
      readonly arguments: readonly Expression[];
    };

export type Statement =
  | { readonly kind: 'assign'; readonly name: string; readonly value: Expression }
  | {
      readonly kind: 'write';
      readonly base: Expression;
      readonly index: Expression;
      readonly value: Expression;
    }
  | {
      readonly kind: 'if';
      readonly condition: Expression;
      readonly yes: readonly Statement[];
      readonly no: readonly Statement[];
    }
  | {
      readonly kind: 'while';
      readonly condition: Expression;
      readonly body: readonly Statement[];
    }
  /** Calls for the effect on memory; the value is dropped. */
  | { readonly kind: 'call'; readonly call: Expression & { readonly kind: 'call' } }
  | { readonly kind: 'return'; readonly value: Expression }
  /** Adds one word to the answer; only in the main body and in procedures called as statements. */
  | { readonly kind: 'emit'; readonly value: Expression }
  /** Ends the program without an answer, giving the number of a `Failure`. */
  | { readonly kind: 'fail'; readonly failure: Failure }
  /** Statements that `leave` ends from any depth inside. */
  | { readonly kind: 'scope'; readonly name: string; readonly body: readonly Statement[] }
  | { readonly kind: 'leave'; readonly scope: string }
  /** Only in the text of a generator: where its user's statements go, with the item. */
  | { readonly kind: 'yield'; readonly value: Expression };

/** Why a program that was compiled has no answer; found while it runs. */
export const failures = Object.freeze([
  'division-by-zero',
  'not-whole',
  'negative',
  'not-positive',
  'too-large',
  'no-items',
  'not-exact',
  'no-base',
] as const);

export type Failure = (typeof failures)[number];

export interface Procedure {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly body: readonly Statement[];
}

/** A whole program: the main body, the procedures it reaches, and the memory its blocks take. */
export interface Program {
  readonly main: readonly Statement[];
  readonly procedures: readonly Procedure[];
  /** Bytes from address 0 that belong to blocks of the program. */
  readonly blockBytes: number;
}

export const constant = (value: number): Expression => ({ kind: 'constant', value });
export const variable = (name: string): Expression => ({ kind: 'variable', name });
export const binary = (
  operator: BinaryOperator,
  left: Expression,
  right: Expression,
): Expression => ({ kind: 'binary', operator, left, right });
export const callOf = (
  procedure: string,
  ...args: readonly Expression[]
): Expression & { readonly kind: 'call' } => ({ kind: 'call', procedure, arguments: args });
export const assign = (name: string, value: Expression): Statement => ({
  kind: 'assign',
  name,
  value,
});
export const perform = (procedure: string, ...args: readonly Expression[]): Statement => ({
  kind: 'call',
  call: callOf(procedure, ...args),
});
export const emit = (value: Expression): Statement => ({ kind: 'emit', value });
export const fail = (failure: Failure): Statement => ({ kind: 'fail', failure });
export const when = (
  condition: Expression,
  yes: readonly Statement[],
  no: readonly Statement[] = [],
): Statement => ({ kind: 'if', condition, yes, no });
