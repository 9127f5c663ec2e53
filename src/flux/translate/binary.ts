/** Instructions of two operands that mean the same on both machines, by their name on S, then on R. */
const pairs = [
  ['ADD', 'ADD'],
  ['SUB', 'SUB'],
  ['MUL', 'MUL'],
  ['DIV', 'DIV'],
  ['AND', 'AND'],
  ['OR', 'OR'],
  ['XOR', 'XOR'],
  ['SHL', 'SHL'],
  ['SHR', 'SHR'],
  ['EQ', 'CMP_EQ'],
  ['NE', 'CMP_NE'],
  ['LT', 'CMP_LT'],
  ['GT', 'CMP_GT'],
] as const;

/** Their names on machine R, by those on machine S. */
export const binaryOnRegister: Readonly<Record<string, string>> = Object.fromEntries(pairs);

/** Their names on machine S, by those on machine R. */
export const binaryOnStack: Readonly<Record<string, string>> = Object.fromEntries(
  pairs.map(([stack, register]) => [register, stack]),
);
