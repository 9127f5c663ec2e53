import type { Micros } from '../../base/index.ts';

export interface Lease {
  readonly name: string;
  readonly token: number;
  readonly expiresAt: Micros;
  renew(): Promise<boolean>;
  release(): Promise<void>;
}

export interface Leases {
  /** `undefined` when another holder's lease has not expired. */
  acquire(
    name: string,
    options: { readonly holder: string; readonly ttlMillis: number },
  ): Promise<Lease | undefined>;
}
