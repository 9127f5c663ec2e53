import { isJsonObject } from '../base/index.ts';
import { argsOf, settleStep, unsettledSteps } from '../effect/index.ts';
import type { Log } from '../fact/index.ts';
import { runDelegate } from './delegate/operations.ts';

/** Lets the steps that were begun and have no result be done again, also those of delegates: a person decided so. */
export async function repeatUnsettled(log: Log, run: string): Promise<void> {
  for (const step of await unsettledSteps(await log.at(), run)) {
    const args = step.call?.operation === runDelegate.name ? await argsOf(step, log) : undefined;
    if (isJsonObject(args)) await repeatUnsettled(log, String(args['run']));
    await settleStep(log, { run, address: step.address, as: 'repeat' });
  }
}
