import type { FactInput, Precondition } from '../../../fact/index.ts';
import { defineCommand, type Invocation } from '../../command.ts';
import { usageError } from '../../error.ts';
import { given } from '../../given.ts';
import { readTime } from '../../instant.ts';
import { writeHome } from '../../session.ts';
import { readAttribute, readEntity, readValue } from '../../value.ts';
import { reportTransaction } from './transaction-report.ts';

/** Conditions on what holds, checked in the same lock as the write. */
export const conditionOptions = [
  { flags: '--if-absent', about: 'only if nothing holds yet; exit 1 otherwise' },
  { flags: '--if <value>', about: 'only if this holds (JSON); exit 1 otherwise' },
];

/** `datum fact assert` */
export const command = defineCommand({
  summary: 'State that something holds',
  arguments: [
    { name: '<entity>', about: 'kind:name' },
    { name: '<attribute>', about: 'room/name' },
    { name: '<value>', about: 'JSON; text needs its quotes' },
  ],
  options: [
    { flags: '--valid-from <time>', about: 'since when it holds (default: now)' },
    { flags: '--valid-to <time>', about: 'until when it holds, exclusive (default: open)' },
    { flags: '--branch <name>', about: 'on this branch' },
    ...conditionOptions,
  ],
  examples: [
    `datum fact assert agent:harbor agent/mood '"calm"'`,
    'datum fact assert room:reading room/seats 24 --valid-from 2026-01-01 --valid-to 2026-07-01',
    `datum fact assert task:shelves task/owner '"harbor"' --if-absent`,
  ],
  run: (invocation) => {
    const [entity = '', attribute = '', value = ''] = invocation.args;
    const fact = { e: readEntity(entity), a: readAttribute(attribute), v: readValue(value) };
    return write(invocation, { ...fact, ...interval(invocation) });
  },
});

/** Writes one fact and reports the transaction. */
export async function write(invocation: Invocation, fact: FactInput) {
  const { branch } = invocation.options;
  return writeHome(invocation, async (home) => {
    const result = await home.log.transact([fact], {
      by: home.by,
      if: conditions(invocation, fact),
      ...given('branch', branch),
    });
    if (result.ok && result.written)
      await home.commit(`datum: ${fact.op ?? 'assert'} ${fact.e} ${fact.a}`);
    return fact.op === 'retract'
      ? reportTransaction(result, 'nothing new: it does not hold')
      : reportTransaction(result);
  });
}

function conditions({ options }: Invocation, { e, a }: FactInput): readonly Precondition[] {
  const { ifAbsent, if: value } = options;
  return [
    ...(ifAbsent === true ? [{ e, a, absent: true } as const] : []),
    ...(typeof value === 'string' ? [{ e, a, is: readValue(value) }] : []),
  ];
}

/** Reads `--valid-from` and `--valid-to`. */
export function interval({ options, world }: Invocation): Pick<FactInput, 'validFrom' | 'validTo'> {
  const { validFrom, validTo } = options;
  const from = typeof validFrom === 'string' ? readTime('--valid-from', validFrom) : undefined;
  const to = typeof validTo === 'string' ? readTime('--valid-to', validTo) : undefined;
  if (to !== undefined && to <= (from ?? world.clock.now())) {
    throw usageError(
      `--valid-to ${String(validTo)} is not after ${from === undefined ? 'now, when the fact begins' : '--valid-from'}`,
      'name a later end, or an earlier beginning with --valid-from',
    );
  }
  return {
    ...(from === undefined ? {} : { validFrom: from }),
    ...(to === undefined ? {} : { validTo: to }),
  };
}
