import { fluxLimits } from '../limits.ts';
import type { Problem, ProblemList } from './problem.ts';
import type { Name, Term, WrittenOperand } from './statement.ts';

/** What a name stands for: an address in the code, an address in memory, or a plain number. */
export interface MeaningOfName {
  readonly kind: 'code' | 'data' | 'constant';
  readonly value: number;
}

const REGISTER_LIKE = /^[RrFf]\d+$/;

/** The names of one source text; each is defined once. */
export class SymbolTable {
  readonly #meanings = new Map<string, MeaningOfName & Pick<Problem, 'line'>>();

  define(name: Name, meaning: MeaningOfName, problems: ProblemList): void {
    const earlier = this.#meanings.get(name.text);
    if (REGISTER_LIKE.test(name.text)) {
      problems.add(name, `${name.text} is the name of a register`, 'another name');
    } else if (earlier !== undefined) {
      const what = meaning.kind === 'constant' ? 'constant' : 'label';
      problems.add(
        name,
        `Duplicate ${what}: ${name.text}`,
        `a name not yet used (line ${earlier.line} has this one)`,
      );
    } else if (this.#meanings.size >= fluxLimits.namesMax) {
      problems.add(name, `there are more than ${fluxLimits.namesMax} names`, 'fewer names');
    } else {
      this.#meanings.set(name.text, { ...meaning, line: name.line });
    }
  }

  get(name: string): MeaningOfName | undefined {
    return this.#meanings.get(name);
  }

  /** The code labels and their addresses. */
  labels(): ReadonlyMap<string, number> {
    const code = [...this.#meanings].filter(([, meaning]) => meaning.kind === 'code');
    return new Map(code.map(([name, meaning]) => [name, meaning.value]));
  }

  /** The value of a sum of numbers, constants and memory addresses; undefined after a problem. */
  evaluate(operand: WrittenOperand, problems: ProblemList): number | undefined {
    if (operand.kind !== 'sum') {
      problems.add(operand, `${operand.text} is no number`, 'a number or constant');
      return undefined;
    }
    let sum = 0;
    for (const term of operand.terms) {
      const value = this.#valueOf(term, problems);
      if (value === undefined) return undefined;
      sum += term.sign * value;
    }
    if (Number.isSafeInteger(sum)) return sum;
    problems.add(operand, `${operand.text} is too large`, 'a number of at most 32 bits');
    return undefined;
  }

  #valueOf(term: Term, problems: ProblemList): number | undefined {
    if ('value' in term) return term.value;
    const meaning = this.#meanings.get(term.name);
    if (meaning === undefined) {
      problems.add(
        term,
        `Undefined label: ${term.name}`,
        'a number or a name defined in this file',
      );
      return undefined;
    }
    if (meaning.kind === 'code') {
      const message = `${term.name} is a place in the code, which no instruction can read`;
      problems.add(term, message, 'a number, a constant or a label of the data section');
      return undefined;
    }
    return meaning.value;
  }
}
