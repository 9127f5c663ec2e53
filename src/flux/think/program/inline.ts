import { parseStatements } from './parse.ts';
import type { Expression, Statement } from './syntax.ts';

export interface Inlining {
  /** What the parameters of the text stand for. */
  readonly bindings: Readonly<Record<string, Expression>>;
  /** Makes the names of this use different from those of every other. */
  readonly suffix: string;
  /** Statements in place of each `yield`. */
  readonly item?: (value: Expression) => readonly Statement[];
}

const parsed = new Map<string, readonly Statement[]>();

/** The statements of a text for one use: parameters replaced, local names made fresh, yields filled. */
export function inline(text: string, inlining: Inlining): readonly Statement[] {
  let statements = parsed.get(text);
  if (statements === undefined) {
    statements = parseStatements(text);
    parsed.set(text, statements);
  }
  return inlineAll(statements, inlining);
}

const inlineAll = (body: readonly Statement[], inlining: Inlining): readonly Statement[] =>
  body.flatMap((statement) => inlineStatement(statement, inlining));

function inlineStatement(statement: Statement, inlining: Inlining): readonly Statement[] {
  const { suffix } = inlining;
  const into = (expression: Expression): Expression => inlineExpression(expression, inlining);
  switch (statement.kind) {
    case 'assign':
      return [{ ...statement, name: statement.name + suffix, value: into(statement.value) }];
    case 'write': {
      const { base, index, value } = statement;
      return [{ kind: 'write', base: into(base), index: into(index), value: into(value) }];
    }
    case 'if': {
      const { condition, yes, no } = statement;
      return [
        {
          kind: 'if',
          condition: into(condition),
          yes: inlineAll(yes, inlining),
          no: inlineAll(no, inlining),
        },
      ];
    }
    case 'while': {
      const { condition, body } = statement;
      return [{ kind: 'while', condition: into(condition), body: inlineAll(body, inlining) }];
    }
    case 'call': {
      const args = statement.call.arguments.map(into);
      return [{ kind: 'call', call: { ...statement.call, arguments: args } }];
    }
    case 'return':
    case 'emit':
      return [{ ...statement, value: into(statement.value) }];
    case 'yield':
      return inlining.item?.(into(statement.value)) ?? [];
    case 'scope': {
      const { name, body } = statement;
      return [{ kind: 'scope', name: name + suffix, body: inlineAll(body, inlining) }];
    }
    case 'leave':
      return [{ kind: 'leave', scope: statement.scope + suffix }];
    case 'fail':
      return [statement];
  }
}

function inlineExpression(expression: Expression, inlining: Inlining): Expression {
  const into = (inner: Expression): Expression => inlineExpression(inner, inlining);
  switch (expression.kind) {
    case 'constant':
      return expression;
    case 'variable':
      return (
        inlining.bindings[expression.name] ?? {
          kind: 'variable',
          name: expression.name + inlining.suffix,
        }
      );
    case 'binary':
      return { ...expression, left: into(expression.left), right: into(expression.right) };
    case 'word':
      return { kind: 'word', base: into(expression.base), index: into(expression.index) };
    case 'call':
      return { ...expression, arguments: expression.arguments.map(into) };
  }
}
