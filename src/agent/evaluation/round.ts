/**
 * A number at so many decimals, a tie to the even digit, as the original rounds (atomic-runtime §15).
 *
 * @example
 * [roundHalfEven(2.5, 0), roundHalfEven(3.5, 0), roundHalfEven(4.125, 2)]; // => [2, 4, 4.12]
 */
export function roundHalfEven(value: number, digits: number): number {
  const factor = 10 ** digits;
  const scaled = value * factor;
  const below = Math.floor(scaled);
  const rest = scaled - below;
  // Products of decimals miss a tie by a few units of the last place.
  if (Math.abs(rest - 0.5) > TIE) return Math.round(scaled) / factor;
  return (below % 2 === 0 ? below : below + 1) / factor;
}

const TIE = 1e-9;
