import type { Database, FactInput, Log, Precondition } from '../../fact/index.ts';
import { GuardError } from '../error.ts';
import type { BudgetSettings } from './caps.ts';

/** On whoever the caps are of: the writer under which they are spent. */
const OWNER = 'caps/owner';

/** Who the caps of a call are of: the spender, its coordinator, the home. */
export const capHolders = (agent: string, { caps }: BudgetSettings): readonly string[] => [
  ...new Set(
    caps.map(({ scope, agent: of = agent }) =>
      scope === 'fleet-day' || scope === 'fleet-month' ? 'budget:home' : `agent:${of}`,
    ),
  ),
];

/** The writer that keeps the caps of `agent:<name>`, or of `budget:home`; `undefined`: nobody yet. */
export async function capsOwner(holder: string, database: Database): Promise<string | undefined> {
  const owner = await database.get(holder, OWNER);
  return typeof owner === 'string' ? owner : undefined;
}

/** What a reservation adds so that the caps are this working copy's, and what must hold for it. */
export interface Claim {
  readonly facts: readonly FactInput[];
  readonly conditions: readonly Precondition[];
}

/**
 * Claims caps that nobody keeps. Clones do not see each other's spending until they pull, so caps
 * are spent under one writer: throws `guard/caps-elsewhere` when that is another working copy.
 */
export async function claimCaps(
  log: Log,
  holders: readonly string[],
  database: Database,
): Promise<Claim> {
  const here = log.signer?.writer;
  const facts: FactInput[] = [];
  const conditions: Precondition[] = [];
  for (const e of holders) {
    const owner = await capsOwner(e, database);
    if (owner !== undefined && owner !== here) throw elsewhere(e, owner);
    if (owner !== undefined) continue;
    facts.push({ e, a: OWNER, v: here ?? (await firstWriter(log)) });
    conditions.push({ e, a: OWNER, absent: true });
  }
  return { facts, conditions };
}

/** Takes the caps over from the working copy that keeps them; answers that one's writer. */
export async function takeCaps(log: Log, holder: string): Promise<string | undefined> {
  for (;;) {
    const from = await capsOwner(holder, await log.at());
    const writer = log.signer?.writer ?? (await firstWriter(log));
    if (from === writer) return from;
    const of = { e: holder, a: OWNER };
    const condition: Precondition =
      from === undefined ? { ...of, absent: true } : { ...of, is: from };
    const taken = await log.transact([{ ...of, v: writer }], {
      if: [condition],
      why: { caps: 'taken over' },
    });
    if (taken.ok) return from;
  }
}

/** The writer of a working copy that has none yet: its first write makes it. */
async function firstWriter(log: Log): Promise<string> {
  await log.transact([{ e: 'budget:home', a: 'caps/asked', v: log.clock.now() }]);
  return log.signer?.writer ?? '';
}

const elsewhere = (holder: string, owner: string): GuardError => {
  const name = holder.startsWith('agent:') ? holder.slice('agent:'.length) : '--fleet';
  return new GuardError({
    code: 'guard/caps-elsewhere',
    kind: 'refused',
    message: `the caps of ${holder === 'budget:home' ? 'the home' : name} are kept by another working copy (${owner.slice(0, 12)}); take them over with: datum caps take-over ${name}`,
    hint: 'spend there, or take them over when it spends no more',
    data: { holder, owner },
  });
};
