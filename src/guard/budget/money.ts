/** Money is added up in whole micro-dollars, so that no order of additions changes a sum. */
export type MicroUsd = number;

/** The nearest micro-dollar, as records have it: six decimals. */
export const microUsd = (usd: number): MicroUsd => Math.round(usd * 1e6);

export const usdOf = (micros: MicroUsd): number => micros / 1e6;
