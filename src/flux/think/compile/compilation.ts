import { inline } from '../program/inline.ts';
import {
  assign,
  binary,
  constant,
  type Expression,
  type Failure,
  fail,
  perform,
  type Statement,
  variable,
  when,
} from '../program/syntax.ts';
import { blockWords, sizeOf, type Value } from './value.ts';

/** What grows while a question is compiled: the statements so far, memory blocks, fresh names. */
export class Compilation {
  #body: Statement[] = [];
  #blockBytes = 0;
  #names = 0;

  get body(): readonly Statement[] {
    return this.#body;
  }

  /** Bytes of all blocks; they begin at address 0. */
  get blockBytes(): number {
    return this.#blockBytes;
  }

  add(...statements: readonly Statement[]): void {
    this.#body.push(...statements);
  }

  perform(procedure: string, ...args: readonly Expression[]): void {
    this.add(perform(procedure, ...args));
  }

  /** The statements `make` adds, apart from the others. */
  nested(make: () => void): readonly Statement[] {
    const outer = this.#body;
    this.#body = [];
    make();
    const inner = this.#body;
    this.#body = outer;
    return inner;
  }

  fresh(name: string): string {
    this.#names += 1;
    return `${name}_${this.#names}`;
  }

  /**
   * Adds a text whose own names become fresh; `item` adds what stands for each `yield`. Answers how
   * to read one of those names afterwards. A bound name is never assigned by the text.
   */
  inline(
    text: string,
    bindings: Readonly<Record<string, Expression>>,
    item?: (value: Expression) => void,
  ): (name: string) => Expression {
    const suffix = this.fresh('');
    const filled = item && ((value: Expression) => this.nested(() => item(value)));
    this.add(...inline(text, { bindings, suffix, ...(filled && { item: filled }) }));
    return (name) => variable(name + suffix);
  }

  /** Fails at run time unless the condition is nonzero. */
  require(condition: Expression, failure: Failure): void {
    this.add(when(binary('==', condition, constant(0)), [fail(failure)]));
  }

  /** Address of a new block of so many words. */
  words(count: number): Expression {
    const address = this.#blockBytes;
    this.#blockBytes += 4 * count;
    return constant(address);
  }

  /** Address of a new block for a wide number of this size. */
  block(size: number): Expression {
    return this.words(blockWords(size));
  }

  /** The value in a variable, so that using it twice does not compute it twice. */
  hold(value: Value): Value {
    const { kind } = value.expression;
    if (kind === 'constant' || kind === 'variable') return value;
    return { ...value, expression: this.keep('value', value.expression) };
  }

  /** A new variable with this expression. */
  keep(name: string, expression: Expression): Expression {
    const fresh = this.fresh(name);
    this.add(assign(fresh, expression));
    return variable(fresh);
  }

  /** Address of the value as a wide number; a word is written to a block of its own. */
  wide(value: Value): Expression {
    if (value.width === 'wide') return value.expression;
    const block = this.block(sizeOf(2n ** 31n));
    this.perform('wide_set', block, value.expression);
    return block;
  }

  /** Address of a copy that may be changed, in a block for numbers of this size. */
  wideCopy(value: Value, size: number): Expression {
    const block = this.block(size);
    if (value.width === 'wide') this.perform('wide_copy', block, value.expression);
    else this.perform('wide_set', block, value.expression);
    return block;
  }
}
