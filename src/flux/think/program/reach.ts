import type { Expression, Procedure, Statement } from './syntax.ts';

/** Every expression directly inside a statement, not those of nested statements. */
function expressionsOf(statement: Statement): readonly Expression[] {
  switch (statement.kind) {
    case 'assign':
    case 'return':
    case 'emit':
    case 'yield':
      return [statement.value];
    case 'write':
      return [statement.base, statement.index, statement.value];
    case 'if':
    case 'while':
      return [statement.condition];
    case 'call':
      return [statement.call];
    default:
      return [];
  }
}

/** Statements nested in a statement. */
function nestedIn(statement: Statement): readonly Statement[] {
  switch (statement.kind) {
    case 'if':
      return [...statement.yes, ...statement.no];
    case 'while':
    case 'scope':
      return statement.body;
    default:
      return [];
  }
}

function callsIn(expression: Expression): readonly string[] {
  switch (expression.kind) {
    case 'binary':
      return [...callsIn(expression.left), ...callsIn(expression.right)];
    case 'word':
      return [...callsIn(expression.base), ...callsIn(expression.index)];
    case 'call':
      return [expression.procedure, ...expression.arguments.flatMap(callsIn)];
    default:
      return [];
  }
}

/** Names of the procedures a body calls itself, each once. */
export function callees(body: readonly Statement[]): ReadonlySet<string> {
  const names = body.flatMap((statement) => [
    ...expressionsOf(statement).flatMap(callsIn),
    ...callees(nestedIn(statement)),
  ]);
  return new Set(names);
}

/** Names a body assigns, in the order of their first assignment. */
export function assignedNames(body: readonly Statement[]): readonly string[] {
  const names = body.flatMap((statement): readonly string[] =>
    statement.kind === 'assign' ? [statement.name] : assignedNames(nestedIn(statement)),
  );
  return [...new Set(names)];
}

/** All procedures reachable from a body, callers before callees; recursion is not in the language. */
export function reachable(
  body: readonly Statement[],
  library: ReadonlyMap<string, Procedure>,
): readonly Procedure[] {
  const order: Procedure[] = [];
  const visited = new Set<string>();
  const visit = (statements: readonly Statement[]): void => {
    for (const name of callees(statements)) {
      const procedure = library.get(name);
      if (procedure === undefined || visited.has(name)) continue;
      visited.add(name);
      visit(procedure.body);
      order.unshift(procedure);
    }
  };
  visit(body);
  return order;
}
