import type { Generator } from './generator.ts';
import { codeOf, type GeneName, type Genome, isJump } from './genome.ts';

/** What new instructions may be, and how long a program may grow. */
export interface Alphabet {
  /** Codes a new instruction is drawn from; a code given twice is drawn twice as often. */
  readonly codes: readonly number[];
  readonly lengthMax: number;
}

export type Operator =
  | 'point'
  | 'insert'
  | 'delete'
  | 'swap'
  | 'duplicate'
  | 'loop'
  | 'test'
  | 'beneath'
  | 'constant'
  | 'retarget'
  | 'crossover'
  | 'splice';

/** A list of instructions that is being changed. */
interface Draft {
  readonly codes: number[];
  readonly operands: number[];
}

const draftOf = ({ codes, operands }: Genome): Draft => ({
  codes: codes.slice(),
  operands: operands.slice(),
});

/** Jumps past the end lead to the end. */
function genomeOf({ codes, operands }: Draft, lengthMax: number): Genome {
  if (codes.length > lengthMax) {
    codes.length = lengthMax;
    operands.length = lengthMax;
  }
  const { length } = codes;
  for (let at = 0; at < length; at += 1) {
    if (isJump(codes[at]!) && operands[at]! > length) operands[at] = length;
  }
  return { codes, operands };
}

/** A program of random instructions. */
export function randomGenome(random: Generator, alphabet: Alphabet, length: number): Genome {
  const draft: Draft = { codes: [], operands: [] };
  for (let at = 0; at < length; at += 1) {
    const code = pick(random, alphabet.codes);
    draft.codes.push(code);
    draft.operands.push(randomOperand(random, code, length));
  }
  return genomeOf(draft, alphabet.lengthMax);
}

const pick = <T>(random: Generator, items: readonly T[]): T => items[random.below(items.length)]!;

function randomOperand(random: Generator, code: number, length: number): number {
  if (isJump(code)) return random.below(length + 1);
  if (code !== codeOf.PUSH) return 0;
  return random.chance(0.75) ? random.below(4) - 1 : random.below(64) - 16;
}

/** Moves jump targets so that they keep pointing at the instructions they pointed at. */
function shiftTargets({ codes, operands }: Draft, from: number, by: number): void {
  for (let at = 0; at < codes.length; at += 1) {
    const target = operands[at]!;
    if (target <= from || !isJump(codes[at]!)) continue;
    operands[at] = Math.max(from, target + by);
  }
}

function insert(draft: Draft, at: number, code: number, operand: number): void {
  shiftTargets(draft, at, 1);
  draft.codes.splice(at, 0, code);
  draft.operands.splice(at, 0, operand);
}

function remove(draft: Draft, at: number): void {
  draft.codes.splice(at, 1);
  draft.operands.splice(at, 1);
  shiftTargets(draft, at, -1);
}

/** The same program without the instruction at an index. */
export function without(genome: Genome, at: number): Genome {
  const draft = draftOf(genome);
  remove(draft, at);
  return genomeOf(draft, draft.codes.length);
}

/** Instructions whose result a program may want only to branch on. */
const isDecision = (code: number): boolean =>
  (code >= codeOf.EQ && code <= codeOf.AND) || code === codeOf.MOD || code === codeOf.SUB;

type Change = (random: Generator, draft: Draft, alphabet: Alphabet) => void;

const changes: Readonly<Record<Exclude<Operator, 'crossover' | 'splice'>, Change>> = {
  point: (random, draft, { codes }) => {
    const at = random.below(draft.codes.length);
    draft.codes[at] = pick(random, codes);
    draft.operands[at] = randomOperand(random, draft.codes[at]!, draft.codes.length);
  },
  insert: (random, draft, { codes }) => {
    const code = pick(random, codes);
    const at = random.below(draft.codes.length + 1);
    insert(draft, at, code, randomOperand(random, code, draft.codes.length + 1));
  },
  delete: (random, draft) => remove(draft, random.below(draft.codes.length)),
  swap: (random, draft) => {
    const [a, b] = [random.below(draft.codes.length), random.below(draft.codes.length)];
    for (const list of [draft.codes, draft.operands]) [list[a], list[b]] = [list[b]!, list[a]!];
  },
  duplicate: (random, draft) => {
    const start = random.below(draft.codes.length);
    const count = 1 + random.below(Math.min(4, draft.codes.length - start));
    for (let offset = 0; offset < count; offset += 1) {
      const [code, operand] = [
        draft.codes[start + 2 * offset]!,
        draft.operands[start + 2 * offset]!,
      ];
      insert(draft, start + count + offset, code, operand);
    }
  },
  /** A jump back by the last result: the loop of machine S. */
  loop: (random, draft) => {
    const from = random.below(draft.codes.length);
    const to = from + 1 + random.below(draft.codes.length - from);
    insert(draft, to, random.chance(0.7) ? codeOf.JNZ : codeOf.JZ, from);
  },
  /** Both top values compared and kept, then a jump: the idiom "compare, POP, jump". */
  test: (random, draft, { codes }) => {
    const at = random.below(draft.codes.length + 1);
    const target = random.below(draft.codes.length + 1);
    const decisions = codes.filter((code) => isDecision(code));
    if (decisions.length === 0) return;
    insert(draft, at, random.chance(0.5) ? codeOf.JNZ : codeOf.JZ, target);
    for (const code of [codeOf.POP, pick(random, decisions), codeOf.OVER, codeOf.OVER]) {
      insert(draft, at, code, 0);
    }
  },
  /** Something done to the value under the top: SWAP INC SWAP, or SWAP OVER ADD SWAP. */
  beneath: (random, draft, { codes }) => {
    const at = random.below(draft.codes.length + 1);
    const code = pick(random, codes);
    const isUnary = code >= codeOf.NEG && code <= codeOf.DEC;
    if (!isUnary && !(code >= codeOf.ADD && code <= codeOf.SHR)) return;
    const inner = isUnary ? [code] : [code, codeOf.OVER];
    for (const each of [codeOf.SWAP, ...inner, codeOf.SWAP]) insert(draft, at, each, 0);
  },
  constant: (random, draft) => {
    const at = draft.codes.findIndex(
      (code, index) => code === codeOf.PUSH && (index > 0 || random.chance(0.5)),
    );
    if (at >= 0) draft.operands[at] = (draft.operands[at]! + (random.chance(0.5) ? 1 : -1)) | 0;
  },
  retarget: (random, draft) => {
    const jumps = draft.codes.flatMap((code, at) => (isJump(code) ? [at] : []));
    if (jumps.length > 0)
      draft.operands[pick(random, jumps)] = random.below(draft.codes.length + 1);
  },
};

const MUTATIONS: readonly Exclude<Operator, 'crossover' | 'splice'>[] = [
  'point',
  'point',
  'point',
  'insert',
  'insert',
  'insert',
  'delete',
  'delete',
  'delete',
  'swap',
  'duplicate',
  'loop',
  'test',
  'beneath',
  'constant',
  'retarget',
];

/** A child by one to three small changes. */
export function mutate(
  random: Generator,
  parent: Genome,
  alphabet: Alphabet,
): { readonly genome: Genome; readonly operators: readonly Operator[] } {
  const draft = draftOf(parent);
  const operators: Operator[] = [];
  const count = 1 + (random.chance(0.5) ? 1 : 0) + (random.chance(0.25) ? 1 : 0);
  for (let done = 0; done < count; done += 1) {
    const operator = draft.codes.length === 0 ? 'insert' : pick(random, MUTATIONS);
    changes[operator](random, draft, alphabet);
    operators.push(operator);
  }
  return { genome: genomeOf(draft, alphabet.lengthMax), operators };
}

/** A child with the beginning of one parent and the end of the other, or a piece of one in the other. */
export function cross(
  random: Generator,
  [first, second]: readonly [Genome, Genome],
  alphabet: Alphabet,
): { readonly genome: Genome; readonly operators: readonly Operator[] } {
  const [left, right] = [draftOf(first), draftOf(second)];
  if (random.chance(0.5)) {
    const cut = random.below(left.codes.length + 1);
    const from = random.below(right.codes.length + 1);
    const draft: Draft = { codes: left.codes.slice(0, cut), operands: left.operands.slice(0, cut) };
    append(draft, right, { from, to: right.codes.length, moved: cut - from });
    return { genome: genomeOf(draft, alphabet.lengthMax), operators: ['crossover'] };
  }
  const at = random.below(left.codes.length + 1);
  const from = random.below(right.codes.length + 1);
  const to = from + random.below(right.codes.length - from + 1);
  const draft: Draft = { codes: left.codes.slice(0, at), operands: left.operands.slice(0, at) };
  append(draft, right, { from, to, moved: at - from });
  append(draft, left, { from: at, to: left.codes.length, moved: 0 });
  return { genome: genomeOf(draft, alphabet.lengthMax), operators: ['splice'] };
}

/** Copies instructions, their jumps moved along with them. */
function append(
  draft: Draft,
  source: Draft,
  { from, to, moved }: { readonly from: number; readonly to: number; readonly moved: number },
): void {
  for (let at = from; at < to; at += 1) {
    const code = source.codes[at]!;
    const operand = source.operands[at]!;
    draft.codes.push(code);
    draft.operands.push(isJump(code) ? Math.max(0, operand + moved) : operand);
  }
}

/** How often an instruction is drawn where it is not once: what loops and juggling are made of. */
const WEIGHTS: Readonly<Partial<Record<GeneName, number>>> = {
  SWAP: 4,
  DUP: 3,
  OVER: 3,
  POP: 3,
  ROT: 2,
  PUSH: 2,
  ADD: 2,
  MUL: 2,
  DEC: 2,
  INC: 2,
  JZ: 2,
  JNZ: 2,
};

/** The alphabet of some instructions, the common ones drawn more often. */
export const alphabetOf = (names: readonly GeneName[], lengthMax: number): Alphabet => ({
  codes: names.flatMap((name) => Array<number>(WEIGHTS[name] ?? 1).fill(codeOf[name])),
  lengthMax,
});
