import type { TransactResult } from '../../../fact/index.ts';
import type { Report } from '../../command.ts';
import { exitCode } from '../../exit-code.ts';
import { showTime } from '../../instant.ts';
import { showValue } from '../../value.ts';

/** A transaction's outcome for people and programs. */
export function reportTransaction(
  result: TransactResult,
  unchanged = 'nothing new: it already holds',
): Report {
  if (!result.ok) {
    const { failed, found = null } = result;
    const what = `${failed.e} ${failed.a}`;
    const text =
      result.found === undefined
        ? `not written: nothing holds for ${what}`
        : `not written: ${what} is ${showValue(found)}`;
    return { data: { written: false, failed: { ...failed }, found }, text, exit: exitCode.failed };
  }
  const { id, seq, at, written } = result;
  return {
    data: { id, seq, at: showTime(at), written },
    text: written ? `wrote ${id.slice(0, 12)} at ${showTime(at)}` : unchanged,
  };
}
