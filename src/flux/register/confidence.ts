import { type RegisterMachine, type Service, type ServiceTable, trapMachine } from './machine.ts';

/** A division makes its result this much less certain; the original names an epsilon, no value. */
const DIVISION_LOSS = 1 / 1024;

/** The 32-bit result of an operation from its operands. */
type Compute = (a: number, b: number) => number;
/** The confidence of a result from those of its operands. */
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
  CONF_LD: (machine, { rd }) => {
    machine.accumulator = machine.confidence[rd]!;
  },
  CONF_ST: (machine, { rd }) => {
    machine.confidence[rd] = machine.accumulator;
  },
  CADD: computing((a, b) => (a + b) | 0, Math.min),
  CSUB: computing((a, b) => (a - b) | 0, Math.min),
  CMUL: computing(Math.imul, (a, b) => a * b),
  CDIV: dividing((a, b) => (a / b) | 0, 'Division by zero'),
  CMOD: dividing((a, b) => (a % b) | 0, 'Modulo by zero'),
  CMOV: ({ ints, confidence }, { rd, rs1 }) => {
    ints[rd] = ints[rs1]!;
    confidence[rd] = confidence[rs1]!;
  },
  CCONF: ({ confidence }, { rd, rs1, rs2 }) => {
    confidence[rd] = (confidence[rs1]! + confidence[rs2]!) / 2;
  },
  /** The value that is trusted more, the first of equals. */
  CRES: ({ ints, confidence }, { rd, rs1, rs2 }) => {
    const chosen = confidence[rs1]! >= confidence[rs2]! ? rs1 : rs2;
    ints[rd] = ints[chosen]!;
    confidence[rd] = confidence[chosen]!;
  },
};
