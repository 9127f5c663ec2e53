import type { Service, ServiceTable } from '../machine.ts';
import { exp, log, pow } from './exponential.ts';
import { roundEven } from './round.ts';
import { atan2, cos, sin, tan } from './trigonometric.ts';

function unary(compute: (a: number) => number): Service {
  return ({ floats }, { rd, rs1 }) => {
    floats[rd] = compute(floats[rs1]!);
  };
}

function binary(compute: (a: number, b: number) => number): Service {
  return ({ floats }, { rd, rs1, rs2 }) => {
    floats[rd] = compute(floats[rs1]!, floats[rs2]!);
  };
}

/**
 * The functions that IEEE 754 does not fix to the last bit, computed here so that they are the same
 * on every machine and engine; the interpreter and compiled code call the same ones.
 */
export const elementary = Object.freeze({ pow, log, exp, sin, cos, tan, atan2 });

export const elementaryServices: ServiceTable = {
  // FMIN, FMAX: NaN if either is, and -0 is below 0
  52: binary(Math.min),
  53: binary(Math.max),
  // POW, LOG, EXP, SIN, COS, TAN, ATAN2
  146: binary(pow),
  147: unary(log),
  148: unary(exp),
  149: unary(sin),
  150: unary(cos),
  151: unary(tan),
  152: binary(atan2),
  // FLOOR, CEIL, ROUND
  153: unary(Math.floor),
  154: unary(Math.ceil),
  155: unary(roundEven),
};
