import { FluxError } from '../../error.ts';
import { callees } from '../program/reach.ts';
import type { Procedure } from '../program/syntax.ts';

const REGISTERS = 256;

/**
 * First register of each procedure's frame: after the frames of everything that may call it. R0 is
 * no part of any frame. `procedures` come callers first.
 */
export function frameBases(
  procedures: readonly Procedure[],
  slots: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const bases = new Map<string, number>();
  for (const { name, body } of procedures) {
    const base = bases.get(name) ?? 1;
    bases.set(name, base);
    const after = base + (slots.get(name) ?? 0);
    if (after > REGISTERS) throw tooManyRegisters();
    for (const callee of callees(body)) {
      bases.set(callee, Math.max(bases.get(callee) ?? 1, after));
    }
  }
  return bases;
}

const tooManyRegisters = (): FluxError =>
  new FluxError({
    code: 'flux/think-registers',
    message: 'the question needs more than the 256 registers of machine R',
    hint: 'Ask it in parts.',
  });
