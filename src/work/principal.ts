import { type Json, type JsonObject, sha256 } from '../base/index.ts';
import { WorkError } from './error.ts';

/** In whose name something is asked (atomic-backends §26). */
export interface Principal {
  /** Stable and never given to another; compared byte for byte. */
  readonly identifier: string;
  /** What it was derived from. */
  readonly source: 'local' | 'static_claims';
  readonly verified: boolean;
}

/** The person at this machine. */
export const localPrincipal: Principal = Object.freeze({
  identifier: 'local',
  source: 'local',
  verified: true,
});

/** Nobody that anything is known of. */
export const anonymous: Principal = Object.freeze({
  identifier: 'anonymous',
  source: 'static_claims',
  verified: false,
});

/**
 * The principal of claims that somebody in front of us has verified already; tokens and headers are
 * not looked at here. Without a provider and a subject it is {@link anonymous}; it never throws.
 *
 * @example
 * principalOf({ provider: 'goo', sub: 'gleuser' }).identifier.slice(0, 8); // => '262f529c'
 * principalOf({ provider: 'google' }).verified; // => false
 */
export function principalOf(claims: JsonObject): Principal {
  const provider = stripped(claims['provider']);
  const subject = stripped(claims['sub']);
  if (provider === '' || subject === '') return anonymous;
  const identifier = sha256(`${provider}\0${subject}`);
  return { identifier, source: 'static_claims', verified: true };
}

/** Only ASCII white space goes, so that no two subjects become one. */
const stripped = (value: Json | undefined): string =>
  typeof value === 'string' ? value.replace(/^[ \t\n\r\f\v]+|[ \t\n\r\f\v]+$/g, '') : '';

/** Refuses a conversation to whom nobody vouches for, with `work/principal-not-verified`. */
export function requireVerified(principal: Principal): void {
  if (principal.verified) return;
  throw new WorkError({
    code: 'work/principal-not-verified',
    kind: 'refused',
    message: 'a conversation belongs to a verified principal, and this one is not',
    hint: 'authenticate, or ask without a conversation',
    data: { principal: principal.identifier },
  });
}
