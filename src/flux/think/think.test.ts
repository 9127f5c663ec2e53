import { expect, test } from 'vitest';
import { allForms } from './question/nearest.ts';
import { think } from './think.ts';

/** The answer, or the reason why there is none. */
function asked(question: string): string {
  const thought = think(question);
  if (thought.kind === 'beyond') return `beyond: ${thought.reason}`;
  if (thought.verdict.agreement === 'DISAGREE') return 'DISAGREE';
  return thought.kind === 'answer' ? thought.text : `no answer: ${thought.reason}`;
}

test.each([
  ['compute the 10th fibonacci number', '55'],
  ['10th fibonacci number', '55'],
  ['tenth Fibonacci number', '55'],
  ['fibonacci of 10', '55'],
  ['fibonacci 10', '55'],
  ['sum 1 to 100', '5050'],
  ['sum the numbers from 1 to 100', '5050'],
  ['sum of the numbers from 1 through 100', '5050'],
  ['sum from 1 and 100', '5050'],
  ['factorial of 7', '5040'],
  ['factorial 7', '5040'],
  ['7!', '5040'],
  ['is 997 prime', 'true'],
  ['is 997 a prime number?', 'true'],
  ['gcd 48 18', '6'],
  ['max of 4 1 3', '4'],
  ['gcd of 48 and 18', '6'],
  ['gcd of 48, 18', '6'],
  ['gcd(48, 18)', '6'],
])('the forms every asker may count on: %s', (question, answer) => {
  expect(asked(question)).toBe(answer);
});

const answers: Readonly<Record<string, string>> = {
  '10th fibonacci number': '55',
  'factorial of 7': '5040',
  'the 100th prime': '541',
  'gcd of 48 and 18': '6',
  'lcm of 4, 6 and 10': '60',
  'sum from 1 to 100': '5050',
  'product of 3, 4 and 5': '60',
  'minimum of 4, -1 and 7': '-1',
  'largest of 2^10, 1000 and 999': '1024',
  'mean of 1, 2 and 4': '7/3 (about 2.333333)',
  'median of 4, 1, 3, 2': '2.5',
  'how many digits does 2^100 have': '31',
  'collatz steps for 27': '111',
  'how many primes up to 1000': '168',
  'last digit of 7^100': '1',
  'first digit of 2^100': '1',
  'digit sum of 12345': '15',
  'reverse of 12345': '54321',
  'integer square root of 50': '7',
  'square root of 144': '12',
  'square of 12': '144',
  'cube of 3': '27',
  'twice 21': '42',
  'multiply 6 by 7': '42',
  'triple 14': '42',
  'half of 7': '3.5',
  'absolute value of -5': '5',
  'remainder of 17 divided by 5': '2',
  'quotient of 17 and 5': '3',
  'difference between 3 and 10': '7',
  'subtract 3 from 10': '7',
  'divide 10 by 4': '2.5',
  'next prime after 100': '101',
  'prime before 100': '97',
  'choose 3 from 10': '120',
  'totient of 36': '12',
  'length of collatz sequence of 6': '9',
  'first 10 primes': '2, 3, 5, 7, 11, 13, 17, 19, 23, 29',
  'primes up to 50': '2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47',
  'squares below 100': '1, 4, 9, 16, 25, 36, 49, 64, 81',
  'primes between 100 and 150': '101, 103, 107, 109, 113, 127, 131, 137, 139, 149',
  'numbers from 1 to 10': '1, 2, 3, 4, 5, 6, 7, 8, 9, 10',
  'digits of 2^64': '1, 8, 4, 4, 6, 7, 4, 4, 0, 7, 3, 7, 0, 9, 5, 5, 1, 6, 1, 6',
  'divisors of 36': '1, 2, 3, 4, 6, 9, 12, 18, 36',
  'prime factors of 360': '2, 2, 2, 3, 3, 5',
  'collatz sequence of 6': '6, 3, 10, 5, 16, 8, 4, 2, 1',
  'sort 3, 1, 2 descending': '3, 2, 1',
  'sort 3, 1, 2': '1, 2, 3',
  '255 in binary': '11111111',
  '255 in hex': 'ff',
  '64 in octal': '100',
  '100 in base 7': '202',
  'is 997 prime': 'true',
  'is 91 composite': 'true',
  'is 2^10 even': 'true',
  'is 7 odd': 'true',
  'is 28 perfect': 'true',
  'is 144 a perfect square': 'true',
  'is 12321 a palindrome': 'true',
  'is 1024 a power of two': 'true',
  'is 55 a fibonacci number': 'true',
  'is 2024 a leap year': 'true',
  'is 3 - 5 negative': 'true',
  'is 5 - 3 positive': 'true',
  'is 91 divisible by 7': 'true',
  'does 7 divide 91': 'true',
  'are 8 and 15 coprime': 'true',
  'is 3 <= 4': 'true',
  'is 10 at least 7': 'true',
  'is 2^10 less than 1000': 'false',
  'is 2^100 greater than 10^30': 'true',
  'is 3 different from 4': 'true',
  'is 2 + 2 equal to 4': 'true',
};

test.each(allForms.map(({ example }) => example))('the example of a form: %s', (example) => {
  expect(asked(example)).toBe(answers[example]);
});

test.each([
  ['Please, could you tell me what 2 + 3 * 4 is?', undefined],
  ['PLEASE COMPUTE 2 + 3 * 4.', '14'],
  ['  what is   2 + 3 * 4 ?  ', '14'],
  ['what is two plus three times four?', '14'],
  ['can you calculate 2+3*4 for me please', '14'],
  ["what's 2 + 3 × 4 = ?", '14'],
  ['I want to know whether 91 is prime', 'false'],
  ['how many primes are there below 100?', '25'],
  ['what is 15% of 80', '12'],
  ['one thousand two hundred and five minus 5', '1200'],
  ['1,000,000 / 8', '125000'],
  ['max of 100,200,300', '300'],
  ['2(3+4)', '14'],
  ['sum of the digits of 100!', '648'],
  ['largest prime factor of 13195', '29'],
  ['which is larger, 3^4 or 4^3?', '81'],
  ['how many collatz steps does 27 take to reach 1', '111'],
])('words around a question change nothing: %s', (question, answer) => {
  if (answer !== undefined) expect(asked(question)).toBe(answer);
});

test.each([
  ['2 + 3 * 4 - 5', '9'],
  ['(2 + 3) * 4', '20'],
  ['2 ^ 3 ^ 2', '512'],
  ['-2 ^ 2', '-4'],
  ['(-2) ^ 2', '4'],
  ['2 ^ -2', '0.25'],
  ['7 / 2', '3.5'],
  ['1/3 + 1/6', '0.5'],
  ['0.1 + 0.2', '0.3'],
  ['1 / 3', '1/3 (about 0.333333)'],
  ['-7 mod 3', '2'],
  ['7 mod -3', '-2'],
  ['2147483640 mod (2147483640 - 6442450928)', '-2147483648'],
  ['3^3 mod (2147483648 + 1)', '27'],
  ['-7 div 2', '-4'],
  ['3^1000000 mod 7', '4'],
  ['3! + 4', '10'],
  ['12 squared', '144'],
  ['5.5 mod 2', '1.5'],
  ['0 ^ 0', '1'],
])('arithmetic is exact and has the usual precedence: %s', (question, answer) => {
  expect(asked(question)).toBe(answer);
});

test.each([
  ['20!', '2432902008176640000'],
  ['fibonacci 90', '2880067194370816120'],
  ['2^100', '1267650600228229401496703205376'],
  ['2147483647 + 1', '2147483648'],
  ['-2147483647 - 2', '-2147483649'],
  ['65536 * 65536', '4294967296'],
  ['sum 1 to 1000000000000', '500000000000500000000000'],
  ['product of the numbers from 1 to 25', '15511210043330985984000000'],
  ['sum of primes up to 1000000', '37550402023'],
  ['is 2^61 - 1 prime', 'true'],
  ['lcm of 1000000007 and 998244353', '998244359987710471'],
])('what is above 31 bits is computed wide, never wrapped: %s', (question, answer) => {
  expect(asked(question)).toBe(answer);
});

test.each([
  ['1 / 0', 'no answer: it divides by zero'],
  ['5 mod (3 - 3)', 'no answer: it divides by zero'],
  ['0 ^ -1', 'no answer: it divides by zero'],
  ['square root of 2', /^no answer: the square root is not an exact number/],
  ['(-3)!', 'no answer: it needs a number that is not negative'],
  ['factorial of 2.5', 'no answer: it needs a whole number where it has a fraction'],
  ['divisors of 0', 'no answer: it needs a number above zero'],
  ['largest of primes between 24 and 28', 'no answer: there is no number to choose from'],
  ['collatz sequence of 113383', /^no answer: a number in it grows above 2147483647/],
  ['next prime after 2147483647', /^no answer: a number in it grows above 2147483647/],
  ['numbers from 1 to 65000', 'no answer: its answer has more than 60,000 words'],
  ['numbers from 1 to 100000', 'no answer: its answer has more than 60,000 words'],
])('a question without an answer says why: %s', (question, reason) => {
  expect(asked(question)).toEqual(
    reason instanceof RegExp ? expect.stringMatching(reason) : reason,
  );
});

test.each([
  ['100000!', /has too many digits|may have 456,574 digits|the limit is 5,000/],
  ['9^9^9', /the limit is 5,000/],
  ['2 ^ 0.5', /a power with a fraction as exponent is beyond/],
  ['primes from 1 to 10^12', /listing primes from 2147483647 on is beyond/],
  [`${'('.repeat(500)}1${')'.repeat(500)}`, /nests too deeply/],
  ['1+'.repeat(2500), /more than 2000 words/],
])('a question above a limit is refused with the limit: %#', (question, reason) => {
  const thought = think(question);
  expect(thought).toMatchObject({ kind: 'beyond', reason: expect.stringMatching(reason) });
});

test('a question that is not computational names the nearest forms', () => {
  expect(think('what is the capital of France?')).toMatchObject({
    kind: 'beyond',
    reason: 'this question cannot be compiled: it stops at "capital"',
    nearest: ['2 + 3 * 4', 'is 997 prime', 'sum from 1 to 100'],
  });
  const thought = think('how prime is 7 really');
  expect(thought.kind === 'beyond' && thought.nearest.some((each) => each.includes('prime'))).toBe(
    true,
  );
  expect(think('')).toMatchObject({ kind: 'beyond' });
  expect(think('?!')).toMatchObject({ kind: 'beyond' });
});

test('a step limit ends both runs and says so', () => {
  expect(think('how many primes up to 100000', { steps: 1000 })).toMatchObject({
    kind: 'no-answer',
    reason: 'it takes more than 1,000 steps',
    verdict: { agreement: 'AGREE' },
  });
});

test('an answer comes with both programs, their bytecode and steps', () => {
  const thought = think('5 + 7');
  expect(thought).toMatchObject({ kind: 'answer', text: '12', understood: '5 + 7' });
  if (thought.kind !== 'answer') return;
  const { stack, register } = thought.verdict;
  expect(stack.assembly).toContain('PUSH 5');
  expect(Buffer.from(stack.bytecode).toString('hex')).toBe('550500000055070000001000');
  expect(stack).toMatchObject({ steps: 4, outcome: { words: [12] } });
  expect(register).toMatchObject({ outcome: { words: [12] } });
});

test.each([
  ['5 5', 'beyond: this question cannot be compiled: it stops at "5"'],
  ['max of 1 000', 'beyond: this question cannot be compiled: it stops at "000"'],
  ['gcd 48 18 + 1', 'beyond: this question cannot be compiled: it stops at "+"'],
])(
  'numbers side by side are a list only where they can be nothing else: %s',
  (question, answer) => {
    expect(asked(question)).toBe(answer);
  },
);

test.each(['39 in base 40', '5 in base 1', '5 in base 0'])(
  'there are no digits for %s',
  (question) => {
    expect(asked(question)).toBe('no answer: a base is a whole number from 2 to 36');
  },
);

test.each([',', '?', 'the ', '! ', '1,', '9'])(
  'a question of very many "%s" is refused at once',
  (part) => {
    expect(think(`${part.repeat(100_000 / part.length)}x`)).toMatchObject({
      kind: 'beyond',
      reason: 'the question has more than 12000 characters',
    });
    expect(think(`${part.repeat(11_990 / part.length)}x`).kind).toBe('beyond');
  },
);

test('what it stops at is shown whole', () => {
  expect(asked('2 + 2 🙂')).toBe('beyond: this question cannot be compiled: it stops at "🙂"');
});
