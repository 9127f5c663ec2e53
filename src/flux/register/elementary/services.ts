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
  FMIN: binary(Math.min),
  FMAX: binary(Math.max),
  POW: binary(pow),
  LOG: unary(log),
  EXP: unary(exp),
  SIN: unary(sin),
  COS: unary(cos),
  TAN: unary(tan),
  ATAN2: binary(atan2),
  FLOOR: unary(Math.floor),
  CEIL: unary(Math.ceil),
  ROUND: unary(roundEven),
};
