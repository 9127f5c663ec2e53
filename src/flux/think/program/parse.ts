import { FluxError } from '../../error.ts';
import {
  type BinaryOperator,
  binary,
  constant,
  type Expression,
  type Failure,
  failures,
  type Procedure,
  type Statement,
} from './syntax.ts';

/** Binding strength, loosest first; `&` of two comparisons is their conjunction. */
const PRECEDENCE: Readonly<Record<BinaryOperator, number>> = {
  '|': 1,
  '^': 2,
  '&': 3,
  '==': 4,
  '!=': 4,
  '<': 4,
  '<=': 4,
  '>': 4,
  '>=': 4,
  '<<': 5,
  '>>': 5,
  '+': 6,
  '-': 6,
  '*': 7,
  '/': 7,
  '%': 7,
};

const TOKEN = /#[^\n]*|\d+|[a-z_]\w*(?:-[a-z]+)*|<<|>>|[<>=!]=|[-+*/%&|^<>=(){}[\],]|\S/g;

interface Reader {
  peek(): string;
  next(): string;
  take(token: string): void;
  readonly done: boolean;
}

function readerOf(text: string): Reader {
  const tokens = (text.match(TOKEN) ?? []).filter((token) => !token.startsWith('#'));
  let at = 0;
  const peek = (): string => tokens[at] ?? 'end of text';
  return {
    peek,
    next() {
      at += 1;
      return tokens[at - 1] ?? 'end of text';
    },
    take(token) {
      if (peek() !== token) throw unexpected(token, tokens.slice(Math.max(0, at - 4), at + 1));
      at += 1;
    },
    get done() {
      return at >= tokens.length;
    },
  };
}

const unexpected = (wanted: string, around: readonly string[]): FluxError =>
  new FluxError({
    code: 'flux/program-text',
    message: `expected ${wanted} at "${around.join(' ')}"`,
    hint: 'Correct the text of the procedure.',
  });

/**
 * Reads procedures from their text; `#` begins a comment and line ends mean nothing.
 *
 * @example
 * parseProcedures('twice(n) { return n + n }')[0].name; // => 'twice'
 */
export function parseProcedures(text: string): readonly Procedure[] {
  const reader = readerOf(text);
  const procedures: Procedure[] = [];
  while (!reader.done) {
    const name = reader.next();
    const parameters = parseList(reader, ['(', ')'], () => reader.next());
    procedures.push({ name, parameters, body: parseBlock(reader) });
  }
  return procedures;
}

/** Reads the statements of a body without its braces. */
export function parseStatements(text: string): readonly Statement[] {
  const reader = readerOf(text);
  const statements: Statement[] = [];
  while (!reader.done) statements.push(parseStatement(reader));
  return statements;
}

function parseBlock(reader: Reader): readonly Statement[] {
  reader.take('{');
  const statements: Statement[] = [];
  while (reader.peek() !== '}') statements.push(parseStatement(reader));
  reader.take('}');
  return statements;
}

function parseStatement(reader: Reader): Statement {
  const word = reader.next();
  switch (word) {
    case 'while':
      return { kind: 'while', condition: parseExpression(reader), body: parseBlock(reader) };
    case 'if':
      return parseIf(reader);
    case 'scope':
      return { kind: 'scope', name: reader.next(), body: parseBlock(reader) };
    case 'leave':
      return { kind: 'leave', scope: reader.next() };
    case 'return':
      return { kind: 'return', value: parseExpression(reader) };
    case 'emit':
      return { kind: 'emit', value: parseExpression(reader) };
    case 'yield':
      return { kind: 'yield', value: parseExpression(reader) };
    case 'fail':
      return { kind: 'fail', failure: failureNamed(reader.next()) };
    default:
      return parseNamed(reader, word);
  }
}

/** A statement that begins with a name: an assignment, a write to a block, or a call. */
function parseNamed(reader: Reader, name: string): Statement {
  if (!/^[a-z_]\w*$/.test(name)) throw unexpected('a statement', [name]);
  if (reader.peek() === '(') {
    const args = parseList(reader, ['(', ')'], () => parseExpression(reader));
    return { kind: 'call', call: { kind: 'call', procedure: name, arguments: args } };
  }
  if (reader.peek() === '[') {
    reader.take('[');
    const index = parseExpression(reader);
    reader.take(']');
    reader.take('=');
    const base: Expression = { kind: 'variable', name };
    return { kind: 'write', base, index, value: parseExpression(reader) };
  }
  reader.take('=');
  return { kind: 'assign', name, value: parseExpression(reader) };
}

function parseIf(reader: Reader): Statement {
  const condition = parseExpression(reader);
  const yes = parseBlock(reader);
  if (reader.peek() !== 'else') return { kind: 'if', condition, yes, no: [] };
  reader.take('else');
  if (reader.peek() !== 'if') return { kind: 'if', condition, yes, no: parseBlock(reader) };
  reader.take('if');
  return { kind: 'if', condition, yes, no: [parseIf(reader)] };
}

function parseExpression(reader: Reader, tightest = 0): Expression {
  let left = parsePrimary(reader);
  for (;;) {
    const operator = reader.peek();
    if (!isOperator(operator) || PRECEDENCE[operator] <= tightest) return left;
    reader.next();
    left = binary(operator, left, parseExpression(reader, PRECEDENCE[operator]));
  }
}

function parsePrimary(reader: Reader): Expression {
  const word = reader.next();
  if (/^\d+$/.test(word)) return constant(Number(word));
  if (word === '-') return constant(-Number(reader.next()));
  if (word === '(') {
    const inner = parseExpression(reader);
    reader.take(')');
    return inner;
  }
  if (!/^[a-z_]\w*$/.test(word)) throw unexpected('a value', [word]);
  if (reader.peek() === '(') {
    const args = parseList(reader, ['(', ')'], () => parseExpression(reader));
    return { kind: 'call', procedure: word, arguments: args };
  }
  if (reader.peek() !== '[') return { kind: 'variable', name: word };
  reader.take('[');
  const index = parseExpression(reader);
  reader.take(']');
  return { kind: 'word', base: { kind: 'variable', name: word }, index };
}

function parseList<T>(
  reader: Reader,
  [open, close]: readonly [string, string],
  item: () => T,
): readonly T[] {
  reader.take(open);
  const items: T[] = [];
  while (reader.peek() !== close) {
    items.push(item());
    if (reader.peek() !== close) reader.take(',');
  }
  reader.take(close);
  return items;
}

const isOperator = (token: string): token is BinaryOperator => Object.hasOwn(PRECEDENCE, token);

function failureNamed(name: string): Failure {
  const failure = failures.find((each) => each === name);
  if (failure === undefined) throw unexpected('the name of a failure', [name]);
  return failure;
}
