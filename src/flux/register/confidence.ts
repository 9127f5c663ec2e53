import { type RegisterMachine, type Service, type ServiceTable, trapMachine } from './machine.ts';

/** A division makes its result this much less certain; the original names an epsilon, no value. */
const DIVISION_LOSS = 1 / 1024;

/** The 32-bit result of an operation, or undefined after a trap. */
type Compute = (a: number, b: number) => number;
type Certainty = (a: number, b: number) => number;

function computing(compute: Compute, certainty: Certainty): Service {
  return (machine, { rd, rs1, rs2 }) => {
    const { ints, confidence } = machine;
    const value = compute(ints[rs1]!, ints[rs2]!);
    ints[rd] = value;
    machine.flagged = value;
    confidence[rd] = certainty(confidence[rs1]!, confidence[rs2]!);
  };
}

function dividing(compute: Compute, zero: string): Service {
  const divide = computing(compute, (a, b) => a * b * (1 - DIVISION_LOSS));
  return (machine: RegisterMachine, operands) => {
    if (machine.ints[operands.rs2] === 0) trapMachine(machine, 'DivisionByZero', zero);
    else divide(machine, operands);
  };
}

/**
 * Instructions that carry confidences along with values; all others leave the confidences alone.
 * Reference: FLUX §3.3 (confidence file), with the opcode names of machine R.
 */
export const confidenceServices: ServiceTable = {
  // CONF_LD, CONF_ST
  14: (machine, { rd }) => {
    machine.accumulator = machine.confidence[rd]!;
  },
  15: (machine, { rd }) => {
    machine.confidence[rd] = machine.accumulator;
  },
  // CADD, CSUB, CMUL, CDIV, CMOD
  96: computing((a, b) => (a + b) | 0, Math.min),
  97: computing((a, b) => (a - b) | 0, Math.min),
  98: computing(Math.imul, (a, b) => a * b),
  99: dividing((a, b) => (a / b) | 0, 'Division by zero'),
  100: dividing((a, b) => (a % b) | 0, 'Modulo by zero'),
  // CMOV
  101: ({ ints, confidence }, { rd, rs1 }) => {
    ints[rd] = ints[rs1]!;
    confidence[rd] = confidence[rs1]!;
  },
  // CCONF combines two confidences, CRES takes the value that is trusted more, the first of equals
  110: ({ confidence }, { rd, rs1, rs2 }) => {
    confidence[rd] = (confidence[rs1]! + confidence[rs2]!) / 2;
  },
  111: ({ ints, confidence }, { rd, rs1, rs2 }) => {
    const chosen = confidence[rs1]! >= confidence[rs2]! ? rs1 : rs2;
    ints[rd] = ints[chosen]!;
    confidence[rd] = confidence[chosen]!;
  },
};
