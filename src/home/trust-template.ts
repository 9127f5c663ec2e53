import type { Sha256 } from '../base/index.ts';
import { machineNotes } from './machine-notes.ts';
import type { TrustHost } from './trust-item.ts';

/** What describes the programs of the template. */
const MANIFEST = 'tools/manifest.json';

/** The programs of the template by their hash, which reading them would load a room for at each new home. */
export const TEMPLATE_PROGRAMS: ReadonlyMap<string, Sha256> = new Map([
  [
    'tools/conformance-check.mjs',
    'fce12540b48d29acd15b2df0395be0c68695be5403f4172c993a43e30847efac' as Sha256,
  ],
  [
    'tools/fleet-audit.mjs',
    'd5d1c30f0f3fd9c087ff2f6f9812868e3bb1a6691f93e248848b194ea3f0b2a5' as Sha256,
  ],
]);

/**
 * Trusts the programs that boot has just written, by the hash of what it wrote: `made` are the paths
 * it made. What lay there before is not its own, and asks.
 */
export function trustTemplate(host: TrustHost, made: readonly string[]): void {
  if (!made.includes(MANIFEST)) return;
  const pins = machineNotes('trusted-programs', host);
  for (const [path, hash] of TEMPLATE_PROGRAMS) if (made.includes(path)) pins.set(path, hash);
}
