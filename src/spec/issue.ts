import type { z } from 'zod';
import { printPath, type SpecPath, safeText } from './path.ts';
import { typeName, valueAt } from './value.ts';

/** The ways a value can break its contract. */
export type SpecIssueTag =
  | 'missing'
  | 'wrong-type'
  | 'not-allowed'
  | 'too-small'
  | 'too-large'
  | 'wrong-format'
  | 'unknown-key'
  | 'wrong-key'
  | 'no-alternative'
  | 'rule';

/** One thing wrong with a value. No field ever holds a part of the value itself. */
export interface SpecIssue {
  readonly tag: SpecIssueTag;
  /** From the root of the value. */
  readonly path: SpecPath;
  /** What is wrong, without a final full stop. */
  readonly problem: string;
  /** What exactly to change, as an order, without a final full stop. */
  readonly fix: string;
}

type ZodIssue = z.core.$ZodIssue;
type Finding = Omit<SpecIssue, 'path'>;

/** The issues of a failed parse, in the order the schema met them; a union counts as its nearest branch. */
export const issuesOf = (found: readonly ZodIssue[], value: unknown): readonly SpecIssue[] =>
  found.flatMap((issue) => issuesAt(issue, value, []));

function issuesAt(issue: ZodIssue, root: unknown, base: SpecPath): readonly SpecIssue[] {
  const path = [...base, ...issue.path.map((key) => (typeof key === 'symbol' ? '' : key))];
  if (issue.code === 'invalid_union') return unionIssues(issue, root, path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ ...unknownKey, path: [...path, key] }));
  }
  if (issue.code === 'custom') {
    return [{ tag: 'rule', problem: safeText(issue.message, root), fix: RULE_FIX, path }];
  }
  return [{ ...findingOf(issue, valueAt(root, path)), path }];
}

/** Of the branches that failed, the one that came furthest explains best: deepest, then fewest issues. */
function unionIssues(
  issue: Extract<ZodIssue, { code: 'invalid_union' }>,
  root: unknown,
  path: SpecPath,
): readonly SpecIssue[] {
  if ('options' in issue && issue.options !== undefined) {
    return [{ ...choice(issue.options, valueAt(root, path)), path }];
  }
  const branches = issue.errors.map((branch) =>
    branch.flatMap((each) => issuesAt(each, root, path)),
  );
  const inside = branches.filter((branch) =>
    branch.every((each) => each.path.length > path.length),
  );
  const [nearest] = inside.sort((a, b) => a.length - b.length);
  if (nearest !== undefined) return nearest;
  if (valueAt(root, path) === undefined) return [{ ...missing('a value'), path }];
  const fixes = new Set(branches.flatMap((branch) => branch.slice(0, 1).map((each) => each.fix)));
  const fix =
    fixes.size === 0 ? 'use a value that matches exactly one form' : [...fixes].join(', or ');
  return [{ tag: 'no-alternative', problem: 'it matches none of the allowed forms', fix, path }];
}

function findingOf(issue: ZodIssue, value: unknown): Finding {
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(issue.expected, value);
    case 'invalid_value':
      return choice(issue.values, value);
    case 'too_small':
      return bound(issue, { tag: 'too-small', limit: issue.minimum, word: 'at least' });
    case 'too_big':
      return bound(issue, { tag: 'too-large', limit: issue.maximum, word: 'at most' });
    case 'not_multiple_of':
      return {
        tag: 'not-allowed',
        problem: `it is not a multiple of ${issue.divisor}`,
        fix: `use a multiple of ${issue.divisor}`,
      };
    case 'invalid_format':
      return wrongFormat(issue);
    case 'invalid_key':
      return { tag: 'wrong-key', problem: 'the key has the wrong form', fix: keyFix(issue.issues) };
    default:
      return { tag: 'rule', problem: 'it breaks a rule', fix: RULE_FIX };
  }
}

const RULE_FIX = 'change it so that the rule holds';

const NOUNS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
  never: 'nothing',
};

const nounOf = (expected: string): string => NOUNS[expected] ?? expected;

const missing = (noun: string): Finding => ({
  tag: 'missing',
  problem: 'it is missing',
  fix: `add it as ${noun}`,
});

function wrongType(expected: string, value: unknown): Finding {
  const noun = nounOf(expected);
  if (value === undefined) return missing(noun);
  return {
    tag: 'wrong-type',
    problem: `it is ${typeName(value)}, not ${noun}`,
    fix: `make it ${noun}`,
  };
}

function choice(options: readonly unknown[], value: unknown): Finding {
  const list = options.map((option) => JSON.stringify(option) ?? String(option)).join(', ');
  const noun = options.length === 1 ? list : `one of ${list}`;
  if (value === undefined) return missing(noun);
  return { tag: 'not-allowed', problem: 'it is not an allowed value', fix: `use ${noun}` };
}

interface Bound {
  readonly tag: 'too-small' | 'too-large';
  readonly limit: number | bigint;
  readonly word: string;
}

function bound(
  issue: Extract<ZodIssue, { code: 'too_small' | 'too_big' }>,
  { tag, limit, word }: Bound,
): Finding {
  const exactly = issue.exact === true ? 'exactly' : undefined;
  const below = tag === 'too-small' ? 'more than' : 'less than';
  const range = `${exactly ?? (issue.inclusive === false ? below : word)} ${limit}`;
  const unit = UNITS[issue.origin];
  if (unit === undefined) {
    return {
      tag,
      problem: `it is ${tag === 'too-small' ? 'too small' : 'too large'}`,
      fix: `use ${range}`,
    };
  }
  const problem = `it has too ${tag === 'too-small' ? 'few' : 'many'} ${unit}`;
  const noun = String(limit) === '1' ? unit.slice(0, -1) : unit;
  return { tag, problem, fix: `give it ${range} ${noun}` };
}

const UNITS: Readonly<Record<string, string>> = {
  string: 'characters',
  array: 'items',
  set: 'items',
  object: 'keys',
};

function wrongFormat(issue: Extract<ZodIssue, { code: 'invalid_format' }>): Finding {
  const tag = 'wrong-format';
  if (issue.format === 'regex') {
    const problem = 'it does not match the pattern';
    return { tag, problem, fix: `use text that matches ${issue.pattern ?? 'the pattern'}` };
  }
  const part = affixOf(issue);
  if (part !== undefined) {
    return { tag, problem: `it does not ${part}`, fix: `make it ${part}` };
  }
  return { tag, problem: `it is not a valid ${issue.format}`, fix: `use a valid ${issue.format}` };
}

function affixOf(issue: Extract<ZodIssue, { code: 'invalid_format' }>): string | undefined {
  if ('prefix' in issue) return `start with ${JSON.stringify(issue.prefix)}`;
  if ('suffix' in issue) return `end with ${JSON.stringify(issue.suffix)}`;
  return 'includes' in issue ? `contain ${JSON.stringify(issue.includes)}` : undefined;
}

const unknownKey: Finding = {
  tag: 'unknown-key',
  problem: 'this key is not known here',
  fix: 'remove it, or correct its name',
};

function keyFix(issues: readonly ZodIssue[]): string {
  const [first] = issues;
  return first === undefined ? 'rename the key' : `rename the key: ${findingOf(first, '').fix}`;
}

/** One issue as one line: what, where, what to change. */
export const printIssue = (issue: SpecIssue): string =>
  `${printPath(issue.path)}: ${issue.problem}. Fix: ${issue.fix}.`;
