/** Halves go to the even neighbour (IEEE 754 roundToIntegralTiesToEven); zeros keep their sign. */
export function roundEven(value: number): number {
  const floor = Math.floor(value);
  const fraction = value - floor;
  const up = fraction > 0.5 || (fraction === 0.5 && floor % 2 !== 0);
  const rounded = up ? floor + 1 : floor;
  return rounded === 0 && (value < 0 || Object.is(value, -0)) ? -0 : rounded;
}
