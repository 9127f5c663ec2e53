/**
 * Ways of saying one thing, each replaced by one word before the grammar reads the question; longer
 * phrases first where one contains another.
 */
export const synonyms: readonly (readonly [phrase: RegExp, word: string])[] = [
  [/[×·∙]/g, '*'],
  [/÷/g, '/'],
  [/[−–]/g, '-'],
  [/≤|=</g, '<='],
  [/≥|=>/g, '>='],
  [/≠|<>/g, '!='],
  [/²/g, '^2'],
  [/³/g, '^3'],
  [/√/g, ' sqrt '],
  [/…|\.{2,}/g, ' to '],
  [/\*\*/g, '^'],
  [/==/g, '='],
  [/\/\//g, ' div '],
  [/'s\b/g, ''],
  [/\b(?:is |are )?(?:greater|more|larger|bigger|higher) than or equals? to\b/g, '>='],
  [/\b(?:is |are )?(?:less|smaller|fewer|lower) than or equals? to\b/g, '<='],
  [/\b(?:is |are )?at least\b/g, '>='],
  [/\b(?:is |are )?at most\b/g, '<='],
  [/\b(?:is |are )?(?:greater|more|larger|bigger|higher) than\b/g, '>'],
  [/\b(?:is |are )?(?:less|smaller|fewer|lower) than\b/g, '<'],
  [/\b(?:is |are )?(?:not equal to|different from)\b/g, '!='],
  [/\b(?:is |are )?(?:equal to|the same as|equals)\b/g, '='],
  [/\b(?:is )?divided by\b/g, '/'],
  [/\b(?:is )?multiplied by\b|\btimes\b/g, '*'],
  [/\b(?:raised )?to the power(?: of)?\b|\braised to\b/g, '^'],
  [/\bto the (\w+) power\b/g, '^ ($1)'],
  [/\bplus\b|\badded to\b/g, '+'],
  [/\bminus\b/g, '-'],
  [/\bmodulo\b|\bmodulus\b/g, 'mod'],
  [/\binteger division(?: of)?\b/g, 'quotient'],
  [/\bper ?cent(?: of)?\b|%\s*of\b/g, ' percent of '],
  [
    /\b(?:greatest|highest|largest) common (?:divisor|factor|denominator)\b|\bhcf\b|\bgcf\b/g,
    'gcd',
  ],
  [/\b(?:least|lowest|smallest) common (?:multiple|denominator)\b/g, 'lcm'],
  [/\b(?:integer|whole|floored) square root\b|\bisqrt\b/g, 'whole-square-root'],
  [/\bsquare root\b/g, 'sqrt'],
  [/\babsolute value\b|\bmagnitude\b/g, 'absolute'],
  [/\bup to(?: and including)?\b|\bno (?:greater|more|larger) than\b/g, 'upto'],
  [/\bnot exceeding\b/g, 'upto'],
  [
    /\bprime factori[sz]ation\b|\bfactori[sz]e\b|\bfactori[sz]ation\b|\bprime divisors?\b/g,
    'prime-factors',
  ],
  [/\bprime factors?\b/g, 'prime-factors'],
  [/\bperfect squares?\b/g, 'square'],
  [/\bsquare numbers?\b/g, 'squares'],
  [/\bcube numbers?\b/g, 'cubes'],
  [/\btriang(?:le|ular)s?(?: numbers?)?\b/g, 'triangulars'],
  [/\bpowers? of (?:two|2)\b(?= *\??$)/g, 'power-of-two'],
  [/\bleap years?\b/g, 'leap-year'],
  [/\b(?:co-?prime|relatively prime)\b/g, 'coprime'],
  [/\bhow many\b|\bnumber of\b|\bcount(?: of)?\b|\bcardinality of\b/g, 'count'],
  [/\b(?:hailstone|3n ?\+ ?1)\b/g, 'collatz'],
  [/\bfib\b/g, 'fibonacci'],
  [/\beuler(?: totient)?\b|\bphi\b/g, 'totient'],
  [/\bin (?:ascending|increasing|rising) order\b|\bascending\b/g, ''],
  [/\bin (?:descending|decreasing|falling|reverse) order\b|\bdescending\b/g, 'falling'],
  [/\bhexadecimal\b/g, 'hex'],
];

/** Words around a question that say nothing about it; taken away again and again from the front. */
export const wrapping =
  /^(?:please|kindly|hey|hi|hello|ok|okay|so|now|well|then|just|quickly|datum|can you|could you|would you|will you|tell me|give me|show me|let me know|get me|get|find out|find|compute|calculate|evaluate|determine|work out|figure out|solve|print|name|enumerate|list|display|check|verify|say|answer|i want to know|i need to know|i would like to know|do you know|is it true that|is it the case that|whether|what is|what are|what was|what would be|what|which numbers are|whats|how much is|if|result of|value of|answer to|the|me|all(?: of)?|that)\b[\s,:]*/;

/** The same at the end, behind which nothing stands. */
export const trailing =
  /(?<![a-z])(?:please|for me|thanks|thank you|right now|exactly|equal|equals|is what|=|there|in total|altogether|are there|do you think)$/;

/** Words that may stand anywhere and change nothing. */
export const fillers: ReadonlySet<string> = new Set([
  'the',
  'a',
  'an',
  'numbers',
  'integers',
  'integer',
  'number',
  'value',
  'values',
  'all',
  'are',
  'there',
  'does',
  'do',
]);

const small =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const tens = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');

/** Number words below a hundred. */
export const numberWords: ReadonlyMap<string, bigint> = new Map([
  ...small.map((word, index) => [word, BigInt(index)] as const),
  ...tens.map((word, index) => [word, BigInt((index + 2) * 10)] as const),
]);

export const scaleWords: ReadonlyMap<string, bigint> = new Map([
  ['hundred', 100n],
  ['thousand', 1_000n],
  ['million', 1_000_000n],
  ['billion', 1_000_000_000n],
  ['trillion', 1_000_000_000_000n],
]);

export const ordinalWords: ReadonlyMap<string, bigint> = new Map(
  'first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth'
    .split(' ')
    .map((word, index) => [word, BigInt(index + 1)] as const),
);
