import type { Clock } from '../../base/index.ts';
import { FactError } from '../error.ts';
import type { Fence, Lease, Leases } from '../log.ts';
import type { LocalDatabase } from './local-database.ts';

/** The leases of a store: named, timed, each with a token that only ever grows. */
export interface LeaseTable extends Leases {
  /** Throws `fact/fenced` when a newer token has been given out; called under the lock. */
  check(fence: Fence): void;
}

export function openLeases({ db, locked }: LocalDatabase, clock: Clock): LeaseTable {
  db.exec(
    `CREATE TABLE IF NOT EXISTS log_lease (
       name TEXT PRIMARY KEY, holder TEXT NOT NULL, token INTEGER NOT NULL, expires INTEGER NOT NULL
     ) STRICT, WITHOUT ROWID`,
  );
  const find = db.prepare('SELECT token, expires FROM log_lease WHERE name = ?');
  const grant = db.prepare('INSERT OR REPLACE INTO log_lease VALUES (?, ?, ?, ?)');
  const extend = db.prepare('UPDATE log_lease SET expires = ? WHERE name = ? AND token = ?');

  /** True when the lease was still the newest of its name. */
  const setExpiry = (name: string, token: number, expires: number): Promise<boolean> =>
    locked(() => Number(extend.run(expires, name, token).changes) > 0);

  const acquire: Leases['acquire'] = (name, { holder, ttlMillis }) =>
    locked(() => {
      const now = clock.now();
      const row = find.get(name);
      if (row !== undefined && Number(row['expires']) > now) return undefined;
      // From the clock, so that tokens grow even when the local database was lost.
      const token = Math.max(now, Number(row?.['token'] ?? 0) + 1);
      const ttl = Math.round(ttlMillis * 1000);
      grant.run(name, holder, token, now + ttl);
      return leaseOf(name, token, now + ttl, ttl);
    });

  const leaseOf = (name: string, token: number, expires: number, ttl: number): Lease => {
    let expiresAt = expires;
    return {
      name,
      token,
      get expiresAt() {
        return expiresAt;
      },
      renew: async () => {
        const next = clock.now() + ttl;
        const held = await setExpiry(name, token, next);
        if (held) expiresAt = next;
        return held;
      },
      release: async () => {
        await setExpiry(name, token, 0);
      },
    };
  };

  return {
    acquire,
    check: ({ name, token }) => {
      const newest = Number(find.get(name)?.['token'] ?? 0);
      if (newest !== token) throw fenced(name, token, newest);
    },
  };
}

const fenced = (name: string, token: number, newest: number): FactError =>
  new FactError({
    code: 'fact/fenced',
    message: `the lease "${name}" was taken over: token ${token} is not the newest`,
    hint: 'stop: another holder has the work now',
    kind: 'busy',
    data: { name, token, newest },
  });
