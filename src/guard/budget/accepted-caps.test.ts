import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CAP_ACTIONS } from '../../folder/index.ts';
import { holdCaps } from './accepted-caps.ts';
import { type Cap, capScopes } from './caps.ts';
import { decide, isRefusal } from './decide.ts';

const cap: fc.Arbitrary<Cap> = fc.record({
  scope: fc.constantFrom(...capScopes),
  usd: fc.integer({ min: 0, max: 6 }),
  action: fc.constantFrom(...CAP_ACTIONS),
});
const caps = fc.array(cap, { maxLength: 4 });

/** Whether a call may leave under caps, when so much is spent everywhere. */
const allows = (of: readonly Cap[], spent: number): boolean =>
  !isRefusal(
    decide({
      standings: of.map((each) => ({ ...each, account: 'x', spent, open: [] })),
      settings: { caps: of, warningThresholds: [] },
      worst: { estimate: 1, bound: 1 },
      fallback: { estimate: 1, bound: 1 },
    }).verdict,
  );

test('what holds allows nothing that the accepted or the stated caps refuse', () => {
  fc.assert(
    fc.property(caps, caps, fc.integer({ min: 0, max: 7_000_000 }), (accepted, stated, spent) => {
      const held = holdCaps(accepted, stated).caps;
      if (!allows(stated, spent)) expect(allows(held, spent)).toBe(false);
      const isHardOnly = accepted.every(({ action }) => action === 'skip' || action === 'handoff');
      if (isHardOnly && !allows(accepted, spent)) expect(allows(held, spent)).toBe(false);
    }),
  );
});

test('caps that are as tight as the accepted ones hold alone', () => {
  fc.assert(
    fc.property(caps, (accepted) => {
      const tighter = accepted.map((each) => ({ ...each, usd: each.usd / 2 }));
      expect(holdCaps(accepted, tighter)).toEqual({ caps: tighter, loosened: [] });
      expect(holdCaps(undefined, accepted)).toEqual({ caps: accepted, loosened: [] });
    }),
  );
});
