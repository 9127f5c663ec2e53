import type { Micros } from '../../base/index.ts';
import { FactError } from '../error.ts';
import type { FactIndex } from '../fact-index.ts';
import type { Attribute, FactInput } from '../log.ts';

/** Refuses declarations that would change what written facts mean; see design "cardinality". */
export function checkDeclarations(
  facts: readonly FactInput[],
  index: FactIndex,
  { at, branch }: { readonly at: Micros; readonly branch: string | undefined },
): void {
  for (const { e, a, v, op } of facts) {
    if (!a.startsWith('attribute/') || !e.startsWith('attr:')) continue;
    const attribute = e.slice('attr:'.length);
    if (branch !== undefined)
      throw refused(attribute, 'it can only be declared on the main branch');
    if (a !== 'attribute/cardinality' && a !== 'attribute/unique') continue;
    const declared = index.view({ valid: at }, at).get(e, a);
    const present = declared ?? (a === 'attribute/cardinality' ? 'one' : false);
    const free = declared === undefined && !index.used(attribute);
    if (free || (op !== 'retract' && v === present)) continue;
    throw refused(attribute, `its ${a} never changes once declared or used`);
  }
}

const refused = (attribute: Attribute, reason: string): FactError =>
  new FactError({
    code: 'fact/declaration-refused',
    message: `${attribute} cannot be declared so: ${reason}`,
    hint: 'use a new attribute with the declaration you want',
    kind: 'usage',
    data: { attribute },
  });
