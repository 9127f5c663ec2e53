import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Meaning, printMeaning } from './meaning.ts';
import { readQuestion } from './question/grammar.ts';
import { think } from './think.ts';

/** A question together with what it comes to: a fraction in lowest terms, or undefined for none. */
interface Modelled {
  readonly text: string;
  readonly value: readonly [numerator: bigint, denominator: bigint] | undefined;
}

const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? (a < 0n ? -a : a) : gcd(b, a % b));

function lowest(numerator: bigint, denominator: bigint): Modelled['value'] {
  if (denominator === 0n) return undefined;
  const sign = denominator < 0n ? -1n : 1n;
  const divisor = gcd(numerator, denominator) * sign;
  return [numerator / divisor, denominator / divisor];
}

const floorRest = (a: bigint, b: bigint): bigint => ((a % b) + b) % b;

function combined(operator: string, left: Modelled['value'], right: Modelled['value']) {
  if (left === undefined || right === undefined) return undefined;
  const [[a, b], [c, d]] = [left, right];
  switch (operator) {
    case '+':
      return lowest(a * d + c * b, b * d);
    case '-':
      return lowest(a * d - c * b, b * d);
    case '*':
      return lowest(a * c, b * d);
    case '/':
      return lowest(a * d, b * c);
    default:
      return c === 0n ? undefined : lowest(floorRest(a * d, c * b), b * d);
  }
}

const literals: fc.Arbitrary<Modelled> = fc.oneof(
  fc.bigInt({ min: -20n, max: 20n }).map(
    (value): Modelled => ({
      text: value < 0n ? `(${value})` : String(value),
      value: [value, 1n],
    }),
  ),
  fc.bigInt({ min: 0n, max: 10n ** 25n }).map(
    (value): Modelled => ({
      text: String(value),
      value: [value, 1n],
    }),
  ),
  fc.bigInt({ min: 2147483640n, max: 2147483655n }).map(
    (value): Modelled => ({
      text: String(value),
      value: [value, 1n],
    }),
  ),
  fc.integer({ min: 0, max: 9999 }).map(
    (value): Modelled => ({
      text: (value / 100).toFixed(2),
      value: lowest(BigInt(value), 100n),
    }),
  ),
);

const { expression } = fc.letrec<{ expression: Modelled }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'expression' },
    literals,
    fc.tuple(fc.constantFrom('+', '-', '*', '/', 'mod'), tie('expression'), tie('expression')).map(
      ([operator, left, right]): Modelled => ({
        text: `(${left.text} ${operator} ${right.text})`,
        value: combined(operator, left.value, right.value),
      }),
    ),
  ),
}));

const found = (question: string): Modelled['value'] | string => {
  const thought = think(question);
  if (thought.kind === 'beyond') return thought.reason;
  if (thought.verdict.agreement !== 'AGREE') return 'DISAGREE';
  if (thought.kind === 'no-answer') return thought.reason;
  const { answer } = thought;
  if (answer.kind === 'number') return [BigInt(answer.value), 1n];
  if (answer.kind !== 'fraction') return answer.kind;
  return [BigInt(answer.numerator), BigInt(answer.denominator)];
};

test('every arithmetic expression comes to what exact arithmetic gives', () => {
  fc.assert(
    fc.property(expression, ({ text, value }) => {
      expect(found(text)).toEqual(value ?? 'it divides by zero');
    }),
    { numRuns: 150 },
  );
});

const natural = fc.oneof(
  fc.bigInt({ min: 0n, max: 400n }),
  fc.bigInt({ min: 0n, max: 2n ** 31n + 10n }),
);

const isPrime = (n: bigint): boolean => {
  if (n < 2n) return false;
  for (let d = 2n; d * d <= n; d += 1n) if (n % d === 0n) return false;
  return true;
};

const root = (n: bigint): bigint => {
  let low = 0n;
  for (let bit = 1n << 40n; bit > 0n; bit >>= 1n) {
    if ((low + bit) ** 2n <= n) low += bit;
  }
  return low;
};

const models: Readonly<Record<string, (a: bigint, b: bigint) => string>> = {
  'gcd of A and B': (a, b) => String(gcd(a, b)),
  'lcm of A and B': (a, b) => String(a * b === 0n ? 0n : (a * b) / gcd(a, b)),
  'is A prime': (a) => String(isPrime(a)),
  'integer square root of A': (a) => String(root(a)),
  'digit sum of A': (a) => String([...String(a)].reduce((sum, digit) => sum + Number(digit), 0)),
  'how many digits does A * B have': (a, b) => String(String(a * b).length),
  'reverse of A': (a) => String(BigInt([...String(a)].reverse().join(''))),
  'sum from A to B': (a, b) => {
    const [low, high] = a < b ? [a, b] : [b, a];
    return String(((high - low + 1n) * (low + high)) / 2n);
  },
  'is A divisible by B + 1': (a, b) => String(a % (b + 1n) === 0n),
  'A^3 mod (B + 1)': (a, b) => String(a ** 3n % (b + 1n)),
  'is A a perfect square': (a) => String(root(a) ** 2n === a),
  'max of A, B': (a, b) => String([a, b].sort((x, y) => Number(y - x))[0]),
  'is A > B': (a, b) => String(a > b),
  'A in binary': (a) => a.toString(2),
  'A in hex': (a) => a.toString(16),
};

test.each(Object.entries(models))('%s equals its model', (form, model) => {
  fc.assert(
    fc.property(natural, natural, (a, b) => {
      const question = form.replace('A', String(a)).replace('B', String(b));
      const thought = think(question);
      expect(thought.kind === 'answer' && thought.text).toBe(model(a, b));
      expect(thought.kind === 'answer' && thought.verdict.agreement).toBe('AGREE');
    }),
    { numRuns: 25 },
  );
});

const leaf: fc.Arbitrary<Meaning> = fc.oneof(
  fc
    .bigInt({ min: -50n, max: 10n ** 12n })
    .map((numerator): Meaning => ({ kind: 'literal', numerator, denominator: 1n })),
  fc
    .integer({ min: 1, max: 99 })
    .filter((value) => value % 10 !== 0)
    .map(
      (value): Meaning => ({
        kind: 'literal',
        numerator: BigInt(value),
        denominator: 100n,
      }),
    ),
);

const operationOf = (name: string, operands: readonly Meaning[]): Meaning => ({
  kind: 'operation',
  name,
  operands,
});

const { meaning } = fc.letrec<{ meaning: Meaning }>((tie) => ({
  meaning: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'meaning' },
    leaf,
    fc
      .tuple(
        fc.constantFrom('add', 'subtract', 'multiply', 'divide', 'remainder', 'quotient', 'power'),
        tie('meaning'),
        tie('meaning'),
      )
      .map(([name, left, right]) => operationOf(name, [left, right])),
    fc
      .tuple(fc.constantFrom('factorial', 'fibonacci', 'absolute', 'square-root'), tie('meaning'))
      .map(([name, of]) => operationOf(name, [of])),
    tie('meaning').map((of) =>
      operationOf('negate', [of.kind === 'operation' ? of : operationOf('factorial', [of])]),
    ),
    fc
      .tuple(
        fc.constantFrom('gcd', 'maximum', 'mean'),
        fc.array(tie('meaning'), { minLength: 2, maxLength: 3 }),
      )
      .map(([name, items]) => operationOf(name, [operationOf('items', items)])),
  ),
}));

test('what a question was understood as is itself a question with that meaning', () => {
  fc.assert(
    fc.property(meaning, (given) => {
      expect(readQuestion(printMeaning(given)).meaning).toEqual(given);
    }),
    { numRuns: 300 },
  );
});

test('no text makes it throw', () => {
  const words = fc.constantFrom(
    'sum',
    'of',
    'the',
    'is',
    'prime',
    '7',
    '(',
    ')',
    '!',
    '-',
    '^',
    ',',
  );
  const texts = fc.oneof(
    fc.string({ maxLength: 80 }),
    fc.array(words).map((each) => each.join(' ')),
  );
  fc.assert(
    fc.property(texts, (text) => {
      expect(['answer', 'no-answer', 'beyond']).toContain(think(text, { steps: 100_000 }).kind);
    }),
    { numRuns: 300 },
  );
});
