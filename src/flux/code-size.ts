import { FluxError } from './error.ts';
import { fluxLimits } from './limits.ts';

/** Refuses code that is longer than any machine takes: `flux/limit`. */
export function checkCodeSize({ length }: Uint8Array): void {
  const { codeBytesMax: max } = fluxLimits;
  if (length <= max) return;
  throw new FluxError({
    code: 'flux/limit',
    message: `a program has at most ${max} bytes, this one has ${length}`,
    hint: 'check that the file is FLUX bytecode',
    data: { bytes: length, max },
  });
}
