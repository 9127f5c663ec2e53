import { FluxError } from '../../error.ts';
import { type Expression, type Failure, failures, type Statement } from '../program/syntax.ts';

/** What the code for either machine is written with. */
export interface ControlWriter {
  /** A label that no other has, named after what it is for. */
  fresh(kind: string): string;
  label(name: string): void;
  jump(label: string): void;
  branchIfFalse(condition: Expression, label: string): void;
  statements(body: readonly Statement[]): void;
}

export function lowerIf(
  writer: ControlWriter,
  { condition, yes, no }: Statement & { readonly kind: 'if' },
): void {
  const otherwise = writer.fresh('else');
  writer.branchIfFalse(condition, otherwise);
  writer.statements(yes);
  if (no.length === 0) {
    writer.label(otherwise);
    return;
  }
  const done = writer.fresh('done');
  writer.jump(done);
  writer.label(otherwise);
  writer.statements(no);
  writer.label(done);
}

export function lowerWhile(
  writer: ControlWriter,
  { condition, body }: Statement & { readonly kind: 'while' },
): void {
  const again = writer.fresh('again');
  const done = writer.fresh('done');
  writer.label(again);
  writer.branchIfFalse(condition, done);
  writer.statements(body);
  writer.jump(again);
  writer.label(done);
}

/** A condition that always holds needs no branch. */
export const isAlways = (condition: Expression): boolean =>
  condition.kind === 'constant' && condition.value !== 0;

/** The number by which a program that fails says why. */
export const failureNumber = (failure: Failure): number => failures.indexOf(failure) + 1;

export const outsideGenerator = (): FluxError =>
  new FluxError({
    code: 'flux/program-text',
    message: 'a yield stands outside a generator',
    hint: 'Use the generator through `each`.',
  });
