import { codeOf, type Genome } from './genome.ts';

/** How a run of a genome ended. */
export type Ended = 'done' | 'trap' | 'step-limit';

/** Inputs and steps bound the stack, so it never needs more room. */
const STEPS_MAX = 4096;
const INPUTS_MAX = 16;

const stack = new Int32Array(STEPS_MAX + INPUTS_MAX + 1);

const { PUSH, POP, DUP, SWAP, OVER, ROT, ADD, SUB, MUL, DIV, MOD, NEG, INC, DEC } = codeOf;
const { EQ, NE, LT, LE, GT, GE, AND, OR, XOR, NOT, SHL, SHR, JMP, JZ, JNZ, HALT } = codeOf;

/** Values each instruction needs on the stack, by code. */
const needs = new Uint8Array(32);
for (const code of [POP, DUP, NEG, INC, DEC, NOT]) needs[code] = 1;
for (const code of [SWAP, OVER, ADD, SUB, MUL, DIV, MOD, EQ, NE, LT, LE, GT, GE]) needs[code] = 2;
for (const code of [AND, OR, XOR, SHL, SHR]) needs[code] = 2;
needs[ROT] = 3;

export interface Evaluation {
  ended: Ended;
  /** Instructions completed, as machine S counts them; the HALT at the end of the bytecode counts. */
  steps: number;
  /** Values left on the stack. */
  depth: number;
  /** The top value; 0 on an empty stack. */
  top: number;
}

/** The one result of `evaluate`, written anew by each call: it is called millions of times. */
export const evaluation: Evaluation = { ended: 'done', steps: 0, depth: 0, top: 0 };

/**
 * Runs a genome as machine S would run its bytecode, with the inputs on the stack. Only Z of the
 * flags is kept, since nothing here reads the others. Answers `evaluation`.
 */
export function evaluate(
  { codes, operands }: Genome,
  inputs: readonly number[],
  stepsMax: number,
): Evaluation {
  const limit = Math.min(stepsMax, STEPS_MAX);
  const length = codes.length;
  let depth = 0;
  for (let at = 0; at < inputs.length; at += 1) stack[depth++] = inputs[at]!;
  let steps = 0;
  let zero = false;
  let at = 0;
  let ended: Ended = 'step-limit';
  while (steps < limit) {
    if (at >= length) {
      steps += 1;
      ended = 'done';
      break;
    }
    const code = codes[at]!;
    if (depth < needs[code]!) {
      ended = 'trap';
      break;
    }
    if (code === HALT) {
      steps += 1;
      ended = 'done';
      break;
    }
    switch (code) {
      case PUSH:
        stack[depth++] = operands[at]!;
        break;
      case POP:
        depth -= 1;
        break;
      case DUP:
        stack[depth] = stack[depth - 1]!;
        depth += 1;
        break;
      case SWAP: {
        const top = stack[depth - 1]!;
        stack[depth - 1] = stack[depth - 2]!;
        stack[depth - 2] = top;
        break;
      }
      case OVER:
        stack[depth] = stack[depth - 2]!;
        depth += 1;
        break;
      case ROT: {
        const third = stack[depth - 3]!;
        stack[depth - 3] = stack[depth - 2]!;
        stack[depth - 2] = stack[depth - 1]!;
        stack[depth - 1] = third;
        break;
      }
      case JMP:
        at = operands[at]! - 1;
        break;
      case JZ:
        if (zero) at = operands[at]! - 1;
        break;
      case JNZ:
        if (!zero) at = operands[at]! - 1;
        break;
      case NEG:
      case INC:
      case DEC:
      case NOT: {
        const value = unary(code, stack[depth - 1]!);
        stack[depth - 1] = value;
        zero = value === 0;
        break;
      }
      default: {
        const right = stack[depth - 1]!;
        if (right === 0 && (code === DIV || code === MOD)) {
          ended = 'trap';
          break;
        }
        depth -= 1;
        const value = binary(code, stack[depth - 1]!, right);
        stack[depth - 1] = value;
        zero = value === 0;
      }
    }
    if (ended === 'trap') break;
    steps += 1;
    at += 1;
  }
  evaluation.ended = ended;
  evaluation.steps = steps;
  evaluation.depth = depth;
  evaluation.top = depth > 0 ? stack[depth - 1]! : 0;
  return evaluation;
}

/** Whether a value is among the four under the top that the last evaluation left. */
export function holdsBelow(value: number): boolean {
  const { depth } = evaluation;
  for (let at = depth - 2; at >= 0 && at > depth - 6; at -= 1) if (stack[at] === value) return true;
  return false;
}

function unary(code: number, value: number): number {
  switch (code) {
    case NEG:
      return -value | 0;
    case INC:
      return (value + 1) | 0;
    case DEC:
      return (value - 1) | 0;
    default:
      return ~value;
  }
}

function binary(code: number, left: number, right: number): number {
  switch (code) {
    case ADD:
      return (left + right) | 0;
    case SUB:
      return (left - right) | 0;
    case MUL:
      return Math.imul(left, right);
    case DIV:
      return (left / right) | 0;
    case MOD:
      return floorRest(left, right);
    case EQ:
      return left === right ? 1 : 0;
    case NE:
      return left !== right ? 1 : 0;
    case LT:
      return left < right ? 1 : 0;
    case LE:
      return left <= right ? 1 : 0;
    case GT:
      return left > right ? 1 : 0;
    case GE:
      return left >= right ? 1 : 0;
    case AND:
      return left & right;
    case OR:
      return left | right;
    case XOR:
      return left ^ right;
    case SHL:
      return left << (right & 31);
    default:
      return left >> (right & 31);
  }
}

/** Sign of the divisor. */
function floorRest(left: number, right: number): number {
  const rest = left % right;
  return (rest !== 0 && rest < 0 !== right < 0 ? rest + right : rest) | 0;
}
