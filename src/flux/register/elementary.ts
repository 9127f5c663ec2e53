import type { Service, ServiceTable } from './machine.ts';

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

/** Halves go to the even neighbour (IEEE 754 roundToIntegralTiesToEven). */
export function roundEven(value: number): number {
  const floor = Math.floor(value);
  const fraction = value - floor;
  if (fraction < 0.5 || (fraction === 0.5 && floor % 2 === 0)) {
    return floor === 0 && value < 0 ? -0 : floor;
  }
  return fraction >= 0.5 ? floor + 1 || (value < 0 ? -0 : 0) : value;
}

/** The functions beyond IEEE 754's own; the interpreter and compiled code call the same ones. */
export const elementary = Object.freeze({
  pow: (a: number, b: number) => a ** b,
  log: Math.log,
  exp: Math.exp,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  atan2: Math.atan2,
});

export const elementaryServices: ServiceTable = {
  // FMIN, FMAX: NaN if either is, and -0 is below 0
  52: binary(Math.min),
  53: binary(Math.max),
  // POW, LOG, EXP, SIN, COS, TAN, ATAN2
  146: binary(elementary.pow),
  147: unary(elementary.log),
  148: unary(elementary.exp),
  149: unary(elementary.sin),
  150: unary(elementary.cos),
  151: unary(elementary.tan),
  152: binary(elementary.atan2),
  // FLOOR, CEIL, ROUND
  153: unary(Math.floor),
  154: unary(Math.ceil),
  155: unary(roundEven),
};
