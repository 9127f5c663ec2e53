import type { Expression, Program, Statement } from './syntax.ts';

/** An expression as `parse` reads it; every inner operation has its parentheses. */
function printExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'constant':
      return String(expression.value);
    case 'variable':
      return expression.name;
    case 'binary':
      return `${printInner(expression.left)} ${expression.operator} ${printInner(expression.right)}`;
    case 'word':
      return `${printInner(expression.base)}[${printExpression(expression.index)}]`;
    case 'call':
      return `${expression.procedure}(${expression.arguments.map(printExpression).join(', ')})`;
  }
}

const printInner = (expression: Expression): string =>
  expression.kind === 'binary' ? `(${printExpression(expression)})` : printExpression(expression);

/** The first line of a statement, which is all of it but for blocks. */
export function printHead(statement: Statement): string {
  switch (statement.kind) {
    case 'assign':
      return `${statement.name} = ${printExpression(statement.value)}`;
    case 'write': {
      const place = `${printInner(statement.base)}[${printExpression(statement.index)}]`;
      return `${place} = ${printExpression(statement.value)}`;
    }
    case 'if':
    case 'while':
      return `${statement.kind} ${printExpression(statement.condition)}`;
    case 'call':
      return printExpression(statement.call);
    case 'return':
    case 'emit':
    case 'yield':
      return `${statement.kind} ${printExpression(statement.value)}`;
    case 'fail':
      return `fail ${statement.failure}`;
    case 'scope':
      return `scope ${statement.name}`;
    case 'leave':
      return `leave ${statement.scope}`;
  }
}

const indent = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`);

function printStatement(statement: Statement): readonly string[] {
  const head = printHead(statement);
  switch (statement.kind) {
    case 'while':
    case 'scope':
      return [`${head} {`, ...indent(statement.body.flatMap(printStatement)), '}'];
    case 'if': {
      const yes = indent(statement.yes.flatMap(printStatement));
      if (statement.no.length === 0) return [`${head} {`, ...yes, '}'];
      const no = indent(statement.no.flatMap(printStatement));
      return [`${head} {`, ...yes, '} else {', ...no, '}'];
    }
    default:
      return [head];
  }
}

/** The whole program as text: the procedures it reaches, then its main body. */
export function printProgram({ main, procedures }: Program): string {
  const texts = procedures.map(({ name, parameters, body }) =>
    [`${name}(${parameters.join(', ')}) {`, ...indent(body.flatMap(printStatement)), '}\n'].join(
      '\n',
    ),
  );
  return [...texts, ...main.flatMap(printStatement)].join('\n');
}
