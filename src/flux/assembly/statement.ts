import type { SourceLine } from './document.ts';
import type { Position, ProblemList } from './problem.ts';
import { type Token, tokenize } from './token.ts';

/** A number or a name, to be added or taken away. */
export type Term = Position & {
  readonly text: string;
  readonly sign: 1 | -1;
} & ({ readonly value: number } | { readonly name: string });

/** An operand as it is written. */
export type WrittenOperand = Position & { readonly text: string } & (
    | { readonly kind: 'register'; readonly index: number; readonly letter: 'R' | 'F' }
    | { readonly kind: 'sum'; readonly terms: readonly Term[] }
    | { readonly kind: 'string'; readonly value: string }
  );

export interface Name extends Position {
  readonly text: string;
}

/** One line of assembly: labels, then at most one instruction or directive with its operands. */
export interface Statement extends Position {
  readonly labels: readonly Name[];
  /** Mnemonic or directive in capitals as it is looked up; absent on a line of labels only. */
  readonly head?: Name;
  readonly isDirective: boolean;
  readonly operands: readonly WrittenOperand[];
}

const REGISTER = /^([RrFf])(\d+)$/;
const OPERAND = 'a register, number, constant or label';

/** Reads one line; undefined where there is nothing but space and comment. A faulty one keeps its labels. */
export function parseStatement(source: SourceLine, problems: ProblemList): Statement | undefined {
  const before = problems.count;
  const tokens = tokenize(source, problems);
  const [start] = tokens;
  if (start === undefined) return undefined;
  const labels: Name[] = [];
  let at = 0;
  while (tokens[at]?.kind === 'word' && tokens[at + 1]?.text === ':') {
    labels.push(tokens[at] as Name);
    at += 2;
  }
  const place: Position = { line: start.line, column: start.column };
  const bare: Statement = { ...place, labels, isDirective: false, operands: [] };
  const head = tokens[at];
  if (head === undefined || problems.count > before) return bare;
  if (head.kind !== 'word' && head.kind !== 'directive') {
    problems.add(head, `Unknown instruction: ${head.text}`, 'a mnemonic, directive or label');
    return bare;
  }
  const operands = parseOperands(tokens.slice(at + 1), problems);
  if (problems.count > before) return bare;
  return {
    ...place,
    labels,
    head: { line: head.line, column: head.column, text: head.text.toUpperCase() },
    isDirective: head.kind === 'directive',
    operands,
  };
}

/** Operands stand apart by commas or spaces; a comma must have one on each side. */
function parseOperands(tokens: readonly Token[], problems: ProblemList): readonly WrittenOperand[] {
  const operands: WrittenOperand[] = [];
  let at = 0;
  let comma: Token | undefined;
  while (at < tokens.length) {
    const token = tokens[at] as Token;
    if (token.text === ',') {
      if (comma !== undefined || operands.length === 0) {
        problems.add(token, 'an operand is missing before this comma', OPERAND);
      }
      comma = token;
      at += 1;
      continue;
    }
    const size = operandLength(tokens, at);
    const operand = parseOperand(tokens.slice(at, at + size), problems);
    if (operand !== undefined) operands.push(operand);
    comma = undefined;
    at += size;
  }
  if (comma !== undefined) problems.add(comma, 'an operand is missing after this comma', OPERAND);
  return operands;
}

/** Tokens that belong together: `table+4`, `-3`; a sign after a space begins a new operand. */
function operandLength(tokens: readonly Token[], from: number): number {
  let at = from + 1;
  while (at < tokens.length) {
    const token = tokens[at] as Token;
    const isSign = token.text === '+' || token.text === '-';
    const afterSign = /^[+-]$/.test(tokens[at - 1]?.text ?? '');
    if (token.spaced || token.text === ',' || !(isSign || afterSign)) break;
    at += 1;
  }
  return at - from;
}

function parseOperand(tokens: readonly Token[], problems: ProblemList): WrittenOperand | undefined {
  const [first] = tokens;
  if (first === undefined) return undefined;
  const text = tokens.map((each) => each.text).join('');
  const place = { line: first.line, column: first.column, text };
  if (tokens.length === 1) {
    if (first.kind === 'string') return { ...place, kind: 'string', value: first.value };
    const register = first.kind === 'word' ? REGISTER.exec(first.text) : null;
    if (register !== null) {
      const letter = register[1]?.toUpperCase() === 'F' ? 'F' : 'R';
      return { ...place, kind: 'register', letter, index: Number(register[2]) };
    }
  }
  const terms = parseTerms(tokens);
  if (terms === undefined) {
    problems.add(first, `Cannot parse operand: ${text}`, OPERAND);
    return undefined;
  }
  return { ...place, kind: 'sum', terms };
}

function parseTerms(tokens: readonly Token[]): readonly Term[] | undefined {
  const terms: Term[] = [];
  let sign: 1 | -1 | undefined = 1;
  for (const [index, token] of tokens.entries()) {
    const { line, column, text } = token;
    if (text === '+' || text === '-') {
      // A sign before the first term or after a finished one; never two in a row.
      if (index > 0 && sign !== undefined) return undefined;
      sign = text === '-' ? -1 : 1;
      continue;
    }
    if (sign === undefined) return undefined;
    if (token.kind === 'number') terms.push({ line, column, text, sign, value: token.value });
    else if (token.kind === 'word') terms.push({ line, column, text, sign, name: text });
    else return undefined;
    sign = undefined;
  }
  return sign === undefined ? terms : undefined;
}
