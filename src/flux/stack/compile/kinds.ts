import { fluxLimits } from '../../limits.ts';
import type { StackInstruction } from '../decode.ts';

/** The kinds of all values on a stack, bottom first: `i` for an integer, `f` for a float. */
export type Kinds = string;

const LAST_WORD = fluxLimits.memoryBytes - 4;
const INT = 'i';
const FLOAT = 'f';

type Rule = (taken: Kinds, instruction: StackInstruction) => Kinds | undefined;

/** Takes integers only; floats are left to the interpreter, which traps or converts. */
const ints =
  (left: Kinds): Rule =>
  (taken) =>
    taken.includes(FLOAT) ? undefined : left;
const any =
  (left: Kinds): Rule =>
  () =>
    left;
const atAddress =
  (left: Kinds): Rule =>
  (taken, { operands: [address = 0] }) =>
    taken.includes(FLOAT) || address > LAST_WORD ? undefined : left;

const rules: Readonly<Record<string, Rule>> = {
  ...Object.fromEntries(
    ['ADD', 'SUB', 'MUL', 'DIV', 'MOD', 'NEG', 'INC', 'DEC']
      .concat(['AND', 'OR', 'XOR', 'NOT', 'SHL', 'SHR', 'PEEK'])
      .map((name) => [name, ints(INT)]),
  ),
  ...Object.fromEntries(['EQ', 'NE', 'LT', 'LE', 'GT', 'GE'].map((name) => [name, any(INT)])),
  ...Object.fromEntries(['FADD', 'FSUB', 'FMUL', 'FDIV'].map((name) => [name, any(FLOAT)])),
  POKE: ints(''),
  LOAD: atAddress(INT),
  STORE: atAddress(''),
  DUP: (taken) => taken + taken,
  SWAP: (taken) => taken[1]! + taken[0]!,
  OVER: (taken) => taken + taken[0]!,
  ROT: (taken) => taken.slice(1) + taken[0]!,
  CONF_GET: any(FLOAT),
};

/** What most instructions push, and what services are expected to: integers. */
const pushesInts: Rule = (_, { opcode: { effect } }) =>
  effect === 'dynamic' ? undefined : INT.repeat(effect.pushes);

/**
 * The kinds after an instruction; undefined where it finds too few values, or kinds and operands
 * that compiled code leaves to the interpreter.
 */
export function kindsAfter(kinds: Kinds, instruction: StackInstruction): Kinds | undefined {
  const { opcode, operands } = instruction;
  const isInvoke = opcode.name === 'CAP_INVOKE';
  if (opcode.effect === 'dynamic' && !isInvoke) return undefined;
  const pops = opcode.effect === 'dynamic' ? operands[1]! : opcode.effect.pops;
  const kept = kinds.length - pops;
  if (kept < 0) return undefined;
  const rule = isInvoke ? any(INT) : (rules[opcode.name] ?? pushesInts);
  const left = rule(kinds.slice(kept), instruction);
  return left === undefined ? undefined : kinds.slice(0, kept) + left;
}
