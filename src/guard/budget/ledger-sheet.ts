import type { ProjectionTables } from '../../fact/index.ts';
import type { MicroUsd } from './money.ts';

/** What is known of a run: its charges, what its lines say, and the day they are booked on. */
export interface RunSums {
  readonly charged: MicroUsd;
  readonly lines: MicroUsd;
  /** Absent before anything is known. */
  readonly day?: string;
}

interface Named {
  readonly agent: string;
  readonly run: string;
}

interface Entry extends Named {
  readonly before: RunSums;
  sums: RunSums;
}

/** The sums that one transaction changes: each is read once and written once, at the end. */
export class LedgerSheet {
  readonly #tables: ProjectionTables;
  readonly #accounts = new Map<string, MicroUsd>();
  readonly #runs = new Map<string, Entry>();

  constructor(tables: ProjectionTables) {
    this.#tables = tables;
  }

  add(accounts: readonly string[], usd: MicroUsd): void {
    if (usd === 0) return;
    for (const account of accounts) {
      this.#accounts.set(account, (this.#accounts.get(account) ?? 0) + usd);
    }
  }

  sumsOf(run: Named): RunSums {
    return this.#entryOf(run).sums;
  }

  setSums(run: Named, sums: RunSums): void {
    this.#entryOf(run).sums = sums;
  }

  write(): void {
    const changed = [...this.#accounts].filter(([, usd]) => usd !== 0);
    if (changed.length > 0) {
      this.#tables.run(
        `insert into guard_account values ${changed.map(() => '(?, ?)').join()}
         on conflict do update set usd = usd + excluded.usd`,
        ...changed.flat(),
      );
    }
    for (const { agent, run, before, sums } of this.#runs.values()) {
      if (isSame(before, sums)) continue;
      const { charged, lines, day = null } = sums;
      this.#tables.run(
        'insert or replace into guard_run values (?, ?, ?, ?, ?)',
        agent,
        run,
        charged,
        lines,
        day,
      );
    }
  }

  #entryOf({ agent, run }: Named): Entry {
    const key = JSON.stringify([agent, run]);
    const known = this.#runs.get(key);
    if (known !== undefined) return known;
    const [row] = this.#tables.all(
      'select charged, lines, day from guard_run where agent = ? and run = ?',
      agent,
      run,
    );
    const before: RunSums = {
      charged: Number(row?.['charged'] ?? 0),
      lines: Number(row?.['lines'] ?? 0),
      ...(typeof row?.['day'] === 'string' ? { day: row['day'] } : {}),
    };
    const entry = { agent, run, before, sums: before };
    this.#runs.set(key, entry);
    return entry;
  }
}

const isSame = (one: RunSums, other: RunSums): boolean =>
  one.charged === other.charged && one.lines === other.lines && one.day === other.day;
